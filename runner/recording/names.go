package recording

import (
	"slices"
	"strings"
)

// Names are the forms in which a system shows the numbers of people, where these are not those that are dialled, and the numbers
// by which others are called in a roundabout way. Whoever reads an entry finds the numbers of the target file; what is written and
// shown stays as it came.
type Names struct {
	numbers map[string]string // a form: the number
	routes  map[string]string // what is dialled: the number of who is called by it
	routed  []string          // who may be called so
}

// NewNames are those of people; nil where there are none.
func NewNames(stations []Station) *Names {
	n := &Names{numbers: map[string]string{}, routes: map[string]string{}}
	for _, s := range stations {
		for _, role := range Roles {
			if p := s.Party(role); p.Shown != "" {
				n.numbers[p.Shown] = p.Number
			}
		}
		if s.Caller.Outside { // what comes from outside is Inbound, and what goes there Outbound
			n.routed = append(n.routed, s.Agent.Number, s.Caller.Number)
		}
		if dials := s.Caller.Dials; dials != "" {
			n.numbers[dials], n.routes[dials] = s.Agent.Number, s.Agent.Number
			n.routed = append(n.routed, s.Agent.Number)
		}
	}
	if len(n.numbers)+len(n.routed) == 0 {
		return nil
	}
	return n
}

// numberMembers hold a number as it is dialled; formMembers one in a form for people, which may be written otherwise.
var (
	numberMembers = []string{"phoneNumber", "digits", "dnis", "ani", "forwardTo", "destination", "participant"}
	formMembers   = []string{"e164Number", "formattedPhoneNumber"}
)

// rename puts the numbers of the target file in the place of others in what was decoded.
func (n *Names) rename(e *Entry) {
	if n == nil || !e.decoded {
		return
	}
	n.walk(e.data)
	n.walk(e.body)
	n.walk(e.response)
	if e.data != nil {
		e.number = e.data["phoneNumber"]
	}
}

func (n *Names) walk(v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			n.walk(x)
		}
	case map[string]any:
		n.route(v)
		for key, value := range v {
			switch text, isText := value.(string); {
			case isText && slices.Contains(numberMembers, key):
				v[key] = n.number(text)
			case isText && slices.Contains(formMembers, key):
				v[key] = n.form(text)
			case key == "participants":
				n.texts(value)
				n.walk(value)
			case !isText && key != "userData" && key != "extensions" && key != "attributes":
				n.walk(value)
			}
		}
	}
}

// texts are participants in the form of the oldest pages.
func (n *Names) texts(v any) {
	list, _ := v.([]any)
	for i, x := range list {
		if text, isText := x.(string); isText {
			list[i] = n.number(text)
		}
	}
}

func (n *Names) number(text string) string {
	if number, known := n.numbers[text]; known {
		return number
	}
	return text
}

func (n *Names) form(text string) string {
	if number, known := n.numbers[text]; known {
		return number
	}
	for shown, number := range n.numbers {
		if figures(shown) != "" && figures(shown) == figures(text) {
			return number
		}
	}
	return text
}

// route makes a call that came by a route point, or from outside, the direct one that the pages show: a switch calls it Inbound, or Outbound where it
// was dialled.
func (n *Names) route(call map[string]any) {
	dnis, _ := call["dnis"].(string)
	kind, _ := call["callType"].(string)
	if _, known := n.routes[dnis]; !known && !slices.Contains(n.routed, n.number(dnis)) {
		return
	}
	if kind == "Inbound" || kind == "Outbound" {
		call["callType"] = "Internal"
	}
}

func figures(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
