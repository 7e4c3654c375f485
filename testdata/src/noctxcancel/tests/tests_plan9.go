package tests

func (s *service) closeTagged() { s.tagged() }
