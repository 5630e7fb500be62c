package recording

// Deferred reports whether an entry is the reply to a handshake or a connect that was refused for now, with the advice to try the same
// again: a negotiation goes on then, and a session lives on.
func (e *Entry) Deferred() bool {
	if e.Kind != KindBayeux || e.Direction != "received" {
		return false
	}
	m, _ := DecodeJSON(e.Message).(map[string]any)
	advice, _ := m["advice"].(map[string]any)
	switch {
	case m["successful"] != false:
		return false
	case e.Channel == "/meta/handshake":
		return advice["reconnect"] == "handshake" || advice["reconnect"] == "retry"
	}
	return e.Channel == "/meta/connect" && advice["reconnect"] == "retry"
}
