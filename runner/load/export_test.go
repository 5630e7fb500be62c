package load

// Kept is how many entries a station's tape holds.
func Kept(s *Station) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.station.Tape().From(0))
}
