package bayeux

import (
	"encoding/json"
	"fmt"
	"time"
)

// Advice is what the server last advised.
type Advice struct {
	Reconnect string // retry, handshake or none
	// Interval is the pause before the next connect; negative: there is none.
	Interval time.Duration
	// Timeout is how long the server holds a connect; 0 when it never said.
	Timeout time.Duration
	Raw     json.RawMessage // as it came, nil when none came
}

var noAdvice = Advice{Reconnect: "retry"}

// superseded is the advice after raw came. Newer advice replaces the older as a
// whole; only timeout, which says what the server does and not what the client
// should do, lasts until another is named.
func (a Advice) superseded(raw json.RawMessage, by Transport) (Advice, []string) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return a, []string{"advice is not an object"}
	}
	next := Advice{Reconnect: "retry", Timeout: a.Timeout, Raw: raw}
	problems := next.read(fields)
	var own map[string]json.RawMessage
	if v := fields[string(by)]; !absent(v) { // a section for this transport
		if json.Unmarshal(v, &own) != nil {
			problems = append(problems, fmt.Sprintf("advice.%s is not an object", by))
		}
		problems = append(problems, next.read(own)...)
	}
	return next, problems
}

func (a *Advice) read(fields map[string]json.RawMessage) (problems []string) {
	if v := fields["reconnect"]; !absent(v) {
		var word string
		_ = json.Unmarshal(v, &word)
		switch word {
		case "retry", "handshake", "none":
			a.Reconnect = word
		default:
			problems = append(problems, "advice.reconnect is none of retry, handshake and none")
		}
	}
	var ms float64
	if v := fields["interval"]; !absent(v) {
		if json.Unmarshal(v, &ms) == nil {
			a.Interval = milliseconds(ms)
		} else {
			problems = append(problems, "advice.interval is not a number of milliseconds")
		}
	}
	if v := fields["timeout"]; !absent(v) {
		if json.Unmarshal(v, &ms) == nil && ms >= 0 {
			a.Timeout = milliseconds(ms)
		} else {
			problems = append(problems, "advice.timeout is not a number of milliseconds")
		}
	}
	return problems
}

func milliseconds(ms float64) time.Duration {
	ms = min(max(ms, -1), float64(maxAdvice.Milliseconds()))
	return time.Duration(ms * float64(time.Millisecond))
}

// hold is how long a connect may take.
func (a Advice) hold(margin time.Duration) time.Duration {
	if a.Timeout <= 0 {
		return defaultHold + margin
	}
	return a.Timeout + margin
}
