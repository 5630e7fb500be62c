package play

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voiceapi"
)

// oddIDs are the ids of calls and devices that do not go into a path as they are: a target makes them up, and may
// mean another resource.
type oddIDs struct {
	mu   sync.Mutex
	list []string
}

const (
	mostOddIDs = 1000
	longestID  = 1000 // in bytes; those that are known have 40 at most
)

// places where an id stands in a path.
var places = []string{"/me/calls/", "/me/devices/"}

// note looks for odd ids in what a target sent.
func (o *oddIDs) note(e *recording.Entry) {
	switch e.Kind {
	case recording.KindMessage:
		o.look(e.Data())
	case recording.KindRest:
		o.look(e.Answer())
	default:
	}
}

func (o *oddIDs) look(value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			switch text, isText := member.(string); {
			case isText && name == "id":
				o.add(text)
			case !isText:
				o.look(member)
			}
		}
	case []any:
		for _, element := range v {
			if text, isText := element.(string); isText { // of uris
				o.add(text[strings.LastIndex(text, "/")+1:])
			} else {
				o.look(element)
			}
		}
	}
}

func (o *oddIDs) add(id string) {
	if segment(id) == id && id != "." && id != ".." && len(id) <= longestID {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if !slices.Contains(o.list, id) && len(o.list) < mostOddIDs {
		o.list = append(o.list, id)
	}
}

// path is a path whose id is escaped. fault says why a request with it is not to be sent: to whom it would go is
// the target's choice.
func (o *oddIDs) path(path string) (escaped, fault string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	longest := ""
	for _, place := range places {
		rest, ok := strings.CutPrefix(path, place)
		if !ok {
			continue
		}
		for _, id := range o.list {
			after, begins := strings.CutPrefix(rest, id)
			if begins && len(id) > len(longest) && (after == "" || after[0] == '/' || after[0] == '?') {
				longest = id
				escaped = place + segment(id) + after
			}
		}
	}
	switch {
	case longest == "":
		return path, ""
	case strings.ContainsAny(longest, `/\?#`), longest == ".", longest == "..", strings.ContainsFunc(longest, control):
		return path, fmt.Sprintf("the id %.100q would make it another path", longest)
	case len(longest) > longestID:
		return path, fmt.Sprintf("an id of %d bytes, and at most %d are sent", len(longest), longestID)
	}
	return escaped, ""
}

// segment is an id as it stands in a path, escaped as browsers do: what stands for nothing there is left, since RFC 3986 does not say that
// it is the same when it is escaped.
func segment(id string) string { return mayStand.Replace(url.PathEscape(id)) }

var mayStand = strings.NewReplacer("%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*")

func control(r rune) bool { return r < ' ' || r == 0x7f }

// unsent is the exchange of a request that is not made.
func unsent(r voiceapi.Request, why string) voiceapi.Exchange {
	now := time.Now()
	return voiceapi.Exchange{Request: r, SentAt: now, AnsweredAt: now, Fault: &voiceapi.Fault{Kind: voiceapi.FaultUnsent, Text: why}}
}
