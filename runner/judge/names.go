package judge

import (
	"fmt"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// By what a call names itself, its device and its original, in notifications and in answers alike. prefix is where the
// call stands: "data.call.", "call.", "calls[0].".

func judgeURI(_ *Case, e *recording.Entry) []Finding {
	return uriFindings(e, voice.CallOf(e), "data.call.")
}

func uriFindings(e *recording.Entry, call voice.Call, prefix string) []Finding {
	id := call.ID()
	if id == "" {
		return nil
	}
	var out []Finding
	if uri, ok := call.Text("uri"); ok && !voice.IsURIOf(uri, voice.CallPath(id)) {
		out = append(out, Finding{Requirement: "ID-2", Entry: e, Path: prefix + "uri", Expected: endingIn(voice.CallPath(id)), Observed: Short(uri)})
	}
	if p, ok := call.Text("path"); ok && !voice.IsShortPathOf(p, id) {
		out = append(out, Finding{Requirement: "ID-2", Entry: e, Path: prefix + "path", Expected: voice.ShortCallPath(id), Observed: Short(p)})
	}
	return out
}

// judgePath: every sample since 8.5.2 has path, beside monitoring or extensions or both. A server that never shows one of the
// three leaves out what it takes for optional; of any other, a notification without path lacks a documented member.
func judgePath(c *Case, messages []*recording.Entry) []Finding {
	requirement := "ID-12"
	for _, e := range c.messages {
		if call := voice.CallOf(e); call.Has("path") || call.Has("monitoring") || e.Data()["extensions"] != nil {
			requirement = "MSG-1"
		}
	}
	var out []Finding
	for _, e := range messages {
		if call := voice.CallOf(e); call != nil && !call.Has("path") && !call.OldForm() && !e.IsError() && c.misdelivered(e) == "" {
			out = append(out, Finding{Requirement: requirement, Entry: e, Path: "data.call.path", Expected: "the member is there", Observed: "missing"})
		}
	}
	return out
}

func endingIn(path string) string { return "an absolute URI that ends in " + voice.APIRoot + path }

func judgeDevice(c *Case, e *recording.Entry) []Finding {
	device := ""
	if c.Ours(e) {
		device = c.Station.Party(e.Actor).Device
	}
	return deviceFindings(e, voice.CallOf(e), "data.call.", device)
}

// deviceFindings: deviceUri is a device's URI, and that of the agent's device where that is known.
func deviceFindings(e *recording.Entry, call voice.Call, prefix, device string) []Finding {
	uri, ok := call.Text("deviceUri")
	named := voice.LastSegment(uri)
	if !ok || named != "" && voice.IsURIOf(uri, voice.DevicePath(named)) && (device == "" || voice.SameID(named, device)) {
		return nil
	}
	if device == "" {
		device = "{id}"
	}
	return []Finding{{Requirement: "ID-3", Entry: e, Path: prefix + "deviceUri", Expected: endingIn(voice.DevicePath(device)), Observed: Short(uri)}}
}

// parentFindings: parentCallUri and parentCallPath, where they are there, are names of a call, and of the right one.
func parentFindings(e *recording.Entry, call voice.Call, prefix string, right func(id string) bool, parent string) []Finding {
	if parent == "" {
		parent = "{id}"
	}
	var out []Finding
	if uri, ok := call.Text("parentCallUri"); ok {
		if id := voice.LastSegment(uri); id == "" || !voice.IsURIOf(uri, voice.CallPath(id)) || !right(id) {
			out = append(out, Finding{
				Requirement: "ID-6", Entry: e, Path: prefix + "parentCallUri", Expected: endingIn(voice.CallPath(parent)), Observed: Short(uri),
			})
		}
	}
	if p, ok := call.Text("parentCallPath"); ok {
		if id := voice.LastSegment(p); id == "" || !voice.IsShortPathOf(p, id) || !right(id) {
			out = append(out, Finding{
				Requirement: "ID-6", Entry: e, Path: prefix + "parentCallPath", Expected: voice.ShortCallPath(parent), Observed: Short(p),
			})
		}
	}
	return out
}

// formFindings: the forms of one participant's number agree. The one for people may show an area code, and the
// international one, which is empty on most servers, more than the number that is dialled.
func formFindings(e *recording.Entry, call voice.Call, prefix string) []Finding {
	var out []Finding
	for i, p := range call.Participants() {
		number := p.PhoneNumber()
		if !p.IsObject() {
			continue
		}
		for _, form := range []struct {
			member string
			same   func(form, number string) bool
		}{
			{"digits", voice.SameNumber}, {"formattedPhoneNumber", voice.Shows}, {"e164Number", voice.EmptyOrShows},
		} {
			if f, ok := p.Form(form.member); ok && !form.same(f, number) {
				out = append(out, Finding{
					Requirement: "ID-8", Entry: e, Path: fmt.Sprintf("%sparticipants.%d.%s", prefix, i, form.member),
					Expected: "a form of " + number, Observed: Short(f),
				})
			}
		}
	}
	return out
}

// readCalls are the calls that an answer shows, each with the place where it stands.
func readCalls(e *recording.Entry) map[string]voice.Call {
	out := map[string]voice.Call{}
	if call := voice.CallIn(e); call != nil {
		out["call."] = call
	}
	calls, _ := voice.CallsIn(e)
	for i, call := range calls {
		out[fmt.Sprintf("calls.%d.", i)] = call
	}
	own, _ := voice.UserIn(e).Calls()
	for i, call := range own {
		out[fmt.Sprintf("user.calls.%d.", i)] = call
	}
	return out
}

// namesAsRead judges a call that was read by what the rules of names say of one that is notified. Whose device and which
// original it is, its agreement with the notifications tells.
func namesAsRead(requirement string, e *recording.Entry, call voice.Call, prefix string) []Finding {
	switch requirement {
	case "ID-2":
		return uriFindings(e, call, prefix)
	case "ID-3":
		return deviceFindings(e, call, prefix, "")
	case "ID-6":
		return parentFindings(e, call, prefix, func(string) bool { return true }, "")
	case "ID-8":
		return formFindings(e, call, prefix)
	}
	return nil
}

// listedURIs judges the items of a list of calls: each is the URI of a call.
func listedURIs(e *recording.Entry) (n int, out []Finding) {
	uris, ok := voice.URIsIn(e)
	if !ok || !isCallList(e) {
		return 0, nil
	}
	for i, uri := range uris {
		if id := voice.LastSegment(uri); id == "" || !voice.IsURIOf(uri, voice.CallPath(id)) {
			out = append(out, Finding{
				Requirement: "ID-2", Entry: e, Path: fmt.Sprintf("uris.%d", i), Expected: endingIn(voice.CallPath("{id}")), Observed: Short(uri),
			})
		}
	}
	return len(uris), out
}
