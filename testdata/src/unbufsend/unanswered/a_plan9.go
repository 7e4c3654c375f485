package unanswered

func (t *tagged) take() { <-t.plan }
