package partner

func (s *service) close() { s.tagged.Stop() }
