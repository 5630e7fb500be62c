package errors

import (
	"slices"

	"github.com/voicespec/voicespec/fixtures/malformed"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

// expected are the statusCodes that the table gives for a cause.
var expected = map[string][]int64{
	"ERR-5": {1, 2, 10}, "ERR-6": {1, 2, 3, 10}, "ERR-7": {1, 10}, "ERR-8": {1, 2, 10}, "ERR-14": {1, 2, 10}, "ERR-9": {6}, "DTMF-2": {1, 2, 10},
}

// tolerated are malformed bodies that a server may take without contradicting any page: JSON libraries
// differ in whether the case of a member's name counts.
var tolerated = []string{"operation-lower-case", "member-misnamed"}

// otherAreas are requirements whose rows of the table other areas try.
var otherAreas = []string{"DEVICE-7", "AGENT-8", "SESSION-9", "ERR-11"}

// rows is the table of malformed bodies.
func rows() []malformed.Case {
	cases, err := malformed.REST()
	if err != nil {
		panic(err) // embedded, and tested
	}
	return cases
}

// malformedBodies are the rows of fixtures/malformed that must be refused.
func malformedBodies() []refusals.Case {
	var out []refusals.Case
	for _, m := range rows() {
		if !slices.Contains(tolerated, m.Name) && !slices.Contains(otherAreas, m.Requirement) {
			out = append(out, row(m))
		}
	}
	return out
}

func row(m malformed.Case) refusals.Case {
	body, err := m.Bytes()
	if err != nil {
		panic(err) // embedded, and tested
	}
	contentType := m.ContentType
	if contentType == "" {
		contentType = "application/json"
	}
	expect := expected[m.Requirement]
	if m.To == device { // which may not have the operation at all
		expect = slices.Concat(expect, []int64{2, 3, 5, 6})
	}
	return refusals.Case{
		Name: m.Name, Title: m.Wrong, Requirement: m.Requirement, Expect: expect,
		Send: func(s *Stage, c *play.Call, label string) *recording.Entry {
			return s.PostRaw(s.Agent, label, address(s, c, m.To), contentType, body)
		},
	}
}

func address(s *Stage, c *play.Call, to string) string {
	switch to {
	case device:
		return "/me/devices/" + s.Agent.Device
	case deviceCalls:
		return "/me/devices/" + s.Agent.Device + "/calls"
	case me:
		return "/me"
	case voiceChannel:
		return "/me/channels/voice"
	}
	return "/me/calls/" + c.ID(s.Agent)
}

// parameters are the operations that the table leaves out.
func parameters() []refusals.Case {
	post := func(name, title, requirement, operation string, params map[string]any) refusals.Case {
		return refusals.Post(name, title, requirement, operation, params, expected[requirement]...)
	}
	return []refusals.Case{
		{
			Name: "dial-operation-unknown", Title: "an operation that does not exist, where Dial goes", Requirement: "ERR-6", Expect: expected["ERR-6"],
			Send: func(s *Stage, c *play.Call, label string) *recording.Entry {
				to := map[string]any{"phoneNumber": s.Destination.Party.Number}
				return s.Post(s.Agent, label, address(s, c, deviceCalls), map[string]any{"operationName": "NoSuchOperation", "destination": to})
			},
		},
		ofResource("me-operation-unknown", "an operation that does not exist, of the user", "ERR-6", me, map[string]any{"operationName": "NoSuchOperation"}),
		ofResource("me-operation-missing", "no operation, of the user", "ERR-6", me, map[string]any{"channels": []any{"voice"}}),
		ofResource("me-operation-number", "a number as operationName, of the user", "ERR-8", me, map[string]any{"operationName": 7}),
		ofResource("channel-operation-missing", "no operation, of the voice channel", "ERR-6", voiceChannel, map[string]any{"state": "Ready"}),
		ofResource("channel-operation-number", "a number as operationName, of the voice channel", "ERR-8", voiceChannel, map[string]any{"operationName": 7}),
		ofResource("device-operation-missing", "no operation, of a device", "ERR-6", device, map[string]any{"doNotDisturb": "On"}),
		ofResource("device-operation-list", "a list as operationName, of a device", "ERR-8", device,
			map[string]any{"operationName": []any{"DoNotDisturbOn", "DoNotDisturbOff"}}),
		ofResource("dial-operation-missing", "no operation, where Dial goes", "ERR-6", deviceCalls,
			map[string]any{"destination": map[string]any{"phoneNumber": "5001"}}),
		post("single-step-transfer-without-destination", "SingleStepTransfer without destination", "ERR-7", "SingleStepTransfer", nil),
		post("single-step-transfer-destination-list", "SingleStepTransfer with a list as destination", "ERR-8", "SingleStepTransfer",
			map[string]any{"destination": []any{}}),
		post("conference-without-destination", "InitiateConference without destination", "ERR-7", "InitiateConference", nil),
		post("single-step-conference-without-destination", "SingleStepConference without destination", "ERR-7", "SingleStepConference", nil),
		post("attach-user-data-list", "AttachUserData with a list as userData", "ERR-8", "AttachUserData", map[string]any{"userData": []any{"AccountNumber"}}),
	}
}

// Where operations go that are none of a call, as address knows them.
const (
	me           = "me"
	voiceChannel = "channel"
	device       = "device"
	deviceCalls  = "device-calls"
)

// ofResource is a case by a body that is posted to another resource than the call.
func ofResource(name, title, requirement, to string, body map[string]any) refusals.Case {
	expect := expected[requirement]
	if to != deviceCalls { // which may not have the operation at all
		expect = slices.Concat(expect, []int64{2, 3, 5, 6})
	}
	return refusals.Case{Name: name, Title: title, Requirement: requirement, Expect: expect, Send: func(s *Stage, c *play.Call, label string) *recording.Entry {
		return s.Post(s.Agent, label, address(s, c, to), body)
	}}
}

const nobody = "00000000000000000000000000000000"

// unknown are calls, devices and paths that do not exist.
func unknown() []refusals.Case {
	send := func(name, title, method, path string, body map[string]any, freeform bool) refusals.Case {
		c := refusals.Case{Name: name, Title: title, Requirement: "ERR-9", Freeform: freeform, Send: func(s *Stage, _ *play.Call, label string) *recording.Entry {
			return s.Request(s.Agent, label, request(s, method, path, body))
		}}
		if !freeform {
			c.Expect = expected["ERR-9"]
		}
		return c
	}
	operation := func(name string) map[string]any { return map[string]any{"operationName": name} }
	almost := func(name, title, method string, body map[string]any, id func(string) string) refusals.Case {
		return refusals.Case{
			Name: name, Title: title, Requirement: "ERR-9", Expect: expected["ERR-9"],
			Send: func(s *Stage, c *play.Call, label string) *recording.Entry {
				return s.Request(s.Agent, label, request(s, method, "/me/calls/"+id(c.ID(s.Agent)), body))
			},
		}
	}
	// A part of a short id, or one with a digit behind it, may be the id of another call.
	cut := func(id string) string {
		if len(id) < longID {
			return id + "-cut"
		}
		return id[:len(id)-1]
	}
	longer := func(id string) string { return id + "-longer" }
	return []refusals.Case{
		almost("call-cut-read", "GET of a call by the beginning of its id", "GET", nil, cut),
		almost("call-cut", "UpdateUserData of a call by the beginning of its id", "POST", dataFor("cut"), cut),
		almost("call-longer-read", "GET of a call by its id with more behind it", "GET", nil, longer),
		almost("call-longer", "UpdateUserData of a call by its id with more behind it", "POST", dataFor("longer"), longer),
		send("call-unknown", "Hold of an unknown call", "POST", "/me/calls/"+nobody, operation("Hold"), false),
		send("call-unknown-read", "GET of an unknown call", "GET", "/me/calls/"+nobody, nil, false),
		send("device-unknown", "DoNotDisturbOn of an unknown device", "POST", "/me/devices/00000000-0000-4000-8000-000000000000", operation("DoNotDisturbOn"), false),
		send("device-unknown-read", "GET of an unknown device", "GET", "/me/devices/00000000-0000-4000-8000-000000000000", nil, false),
		send("path-unknown", "a POST to an unknown path", "POST", "/me/voicespec-no-such-path", operation("Hold"), true),
		send("path-unknown-read", "a GET of an unknown path", "GET", "/me/voicespec-no-such-path", nil, true),
	}
}

// longID is the length from which on ids are no counters.
const longID = 16

// dataFor is an operation that hurts no call where it is carried out.
func dataFor(name string) map[string]any {
	return map[string]any{"operationName": "UpdateUserData", "userData": map[string]any{"VoicespecRefused": name}}
}

// methods are other ways than POST to change a call. How they are answered is not documented.
func methods() []refusals.Case {
	send := func(name, method string, body map[string]any) refusals.Case {
		return refusals.Case{
			Name: name, Title: method + " of a call", Requirement: "ERR-10", Harmless: true, Freeform: true,
			Send: func(s *Stage, c *play.Call, label string) *recording.Entry {
				return s.Request(s.Agent, label, request(s, method, "/me/calls/"+c.ID(s.Agent), body))
			},
		}
	}
	return []refusals.Case{
		send("path-put", "PUT", map[string]any{"operationName": "Hold", "state": "Held"}),
		send("path-patch", "PATCH", map[string]any{"operationName": "Hold", "state": "Held"}),
		send("path-delete", "DELETE", nil),
	}
}

// request is one with a JSON body, or without a body.
func request(s *Stage, method, path string, body map[string]any) play.Request {
	r := play.Request{Method: method, Path: path}
	if body != nil {
		r.Body, r.ContentType = s.Body(body), "application/json"
	}
	return r
}
