package bayeux

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxMessages in one response: many times what a burst of calls makes, and few
// enough that a hostile answer of MaxBody bytes cannot fill the memory.
const maxMessages = 100_000

// errDeep is a limit of ours, and of encoding/json: no fault of a server.
var errDeep = errors.New("nested deeper than is read (exceeded max depth)")

// message is one received Bayeux message. Names are compared exactly: a struct
// for encoding/json would take "Data" for data.
type message struct {
	raw          json.RawMessage
	problem      string // why it is no message, or an ill-formed one
	channel      string
	id           string
	idNumber     bool // the id is not a string
	clientID     string
	successful   *bool
	errText      string
	subscription []string
	advice       json.RawMessage
	ext          json.RawMessage
	hasData      bool
}

func (m message) meta() bool { return strings.HasPrefix(m.channel, "/meta/") }
func (m message) ok() bool   { return m.successful != nil && *m.successful }

// event tells a delivered message from the reply to a publication, which has
// the same channel.
func (m message) event() bool { return m.hasData && !m.meta() }

// decode reads an array of messages, or a single one. It keeps the bytes as
// they are. Elements that are no messages are passed on with a problem.
func decode(body []byte) ([]message, error) {
	body = trim(body)
	if len(body) == 0 {
		return nil, errors.New("empty body")
	}
	if err := json.Unmarshal(body, &json.RawMessage{}); err != nil {
		if strings.Contains(err.Error(), "max depth") {
			return nil, errDeep
		}
		return nil, fmt.Errorf("not JSON: %s", short(err.Error(), 200))
	}
	switch body[0] {
	case '{':
		return []message{readMessage(body)}, nil
	case '[':
	default:
		return nil, errors.New("JSON, but neither an array nor an object")
	}
	var list []message
	for rest := body[1 : len(body)-1]; ; {
		var element []byte
		if element, rest = nextElement(rest); element == nil {
			return list, nil
		}
		if len(list) == maxMessages {
			return list, fmt.Errorf("more than %d messages in one body", maxMessages)
		}
		list = append(list, readMessage(element))
	}
}

// trim cuts off the white space of JSON, which is less than that of Unicode.
func trim(text []byte) []byte { return bytes.Trim(text, " \t\r\n") }

// nextElement cuts the first element off the inside of a JSON array that is
// known to be valid.
func nextElement(list []byte) (element, rest []byte) {
	depth, inString := 0, false
	for i := 0; i < len(list); i++ {
		switch b := list[i]; {
		case inString && b == '\\':
			i++
		case b == '"':
			inString = !inString
		case inString:
		case b == '[' || b == '{':
			depth++
		case b == ']' || b == '}':
			depth--
		case b == ',' && depth == 0:
			return trim(list[:i:i]), list[i+1:]
		}
	}
	if list = trim(list); len(list) == 0 {
		return nil, nil
	}
	return slices.Clip(list), nil
}

func readMessage(raw []byte) message {
	m := message{raw: raw}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil || fields == nil {
		m.problem = "an element that is no object"
		return m
	}
	m.readText(fields, "channel", &m.channel)
	m.readText(fields, "clientId", &m.clientID)
	m.readText(fields, "error", &m.errText)
	m.readID(fields["id"])
	m.readSubscription(fields["subscription"])
	if v, ok := fields["successful"]; ok {
		switch string(v) {
		case "true", "false":
			yes := string(v) == "true"
			m.successful = &yes
		default:
			m.wrong("successful is not a boolean")
		}
	}
	m.ext = fields["ext"]
	if v := fields["advice"]; !absent(v) {
		m.advice = v
	}
	_, m.hasData = fields["data"]
	switch {
	case m.channel == "":
		m.wrong("a message without channel")
	case m.meta() && m.successful == nil:
		m.wrong("a meta reply without successful")
	case !m.meta() && !m.hasData && m.successful == nil:
		m.wrong("a message with neither data nor successful")
	}
	return m
}

// wrong keeps the first problem.
func (m *message) wrong(text string) {
	if m.problem == "" {
		m.problem = text
	}
}

func absent(v json.RawMessage) bool { return len(v) == 0 || string(v) == "null" }

func (m *message) readText(fields map[string]json.RawMessage, name string, to *string) {
	if v := fields[name]; !absent(v) && json.Unmarshal(v, to) != nil {
		m.wrong(name + " is not a string")
	}
}

func (m *message) readID(v json.RawMessage) {
	if absent(v) || json.Unmarshal(v, &m.id) == nil {
		return
	}
	m.id, m.idNumber = string(v), true
}

func (m *message) readSubscription(v json.RawMessage) {
	var one string
	switch {
	case absent(v):
	case json.Unmarshal(v, &one) == nil:
		m.subscription = []string{one}
	case json.Unmarshal(v, &m.subscription) != nil:
		m.subscription = nil
		m.wrong("subscription is neither a string nor an array of strings")
	}
}

// request is a message to be sent. The order of its fields is that of the
// specification's examples.
type request struct {
	Channel                  string         `json:"channel"`
	Version                  string         `json:"version,omitempty"`
	MinimumVersion           string         `json:"minimumVersion,omitempty"`
	SupportedConnectionTypes []Transport    `json:"supportedConnectionTypes,omitempty"`
	ClientID                 string         `json:"clientId,omitempty"`
	ConnectionType           Transport      `json:"connectionType,omitempty"`
	Subscription             string         `json:"subscription,omitempty"`
	Advice                   map[string]int `json:"advice,omitempty"`
	ID                       string         `json:"id"`
}
