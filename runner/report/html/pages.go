package html

import (
	"encoding/json"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/report/evidence"
)

// pageMessage is a documented message, taken apart for finding its counterpart.
type pageMessage struct {
	evidence.Documented
	operation string // of a request
	state     string // of a call
	consult   bool
	used      bool
}

// pair finds for every line of a timeline the documented message that stands for it: a
// request by its operation, a notification by actor, state and whether it is of a consult
// call, each in page order. A message that the page shows once and the server sent twice
// is held beside the same one. A missing line gets the first message nobody used whose
// state the expectation names.
func pair(lines []evidence.Line, pages []evidence.Documented) map[int]evidence.Documented {
	messages := take(pages)
	out := map[int]evidence.Documented{}
	for i, l := range lines {
		if l.Entry == nil {
			continue
		}
		if p := find(messages, l.Entry); p != nil {
			out[i], p.used = p.Documented, true
		}
	}
	for i, l := range lines {
		if l.Mark != evidence.Missing {
			continue
		}
		for j := range messages {
			if p := &messages[j]; !p.used && p.state != "" && strings.Contains(l.What, p.state) {
				out[i], p.used = p.Documented, true
				break
			}
		}
	}
	return out
}

func take(pages []evidence.Documented) []pageMessage {
	var out []pageMessage
	for _, d := range pages {
		p := pageMessage{Documented: d}
		e := &recording.Entry{Kind: recording.KindMessage, Message: json.RawMessage(d.JSON), Request: json.RawMessage(d.JSON)}
		p.operation, p.state, p.consult = e.Operation(), e.State(), isConsult(e)
		if p.Actor == "" {
			p.Actor = "agent"
		}
		out = append(out, p)
	}
	return out
}

func find(messages []pageMessage, e *recording.Entry) *pageMessage {
	var again *pageMessage
	for i := range messages {
		p := &messages[i]
		if p.Actor != e.Actor {
			continue
		}
		if e.Kind == recording.KindRest && (p.operation == "" || p.operation != e.Operation()) {
			continue
		}
		if e.Kind == recording.KindMessage && (p.state == "" || p.state != e.State() || p.consult != isConsult(e)) {
			continue
		}
		if e.Kind != recording.KindRest && e.Kind != recording.KindMessage {
			continue
		}
		if !p.used {
			return p
		}
		if again == nil {
			again = p
		}
	}
	return again
}

func isConsult(e *recording.Entry) bool { return e.Call()["callType"] == "Consult" }
