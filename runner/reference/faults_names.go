package reference

import (
	"fmt"
	"slices"
	"strings"
)

// nameFaults break the form in which calls, devices and originals are named: that a name ends in the right id is not enough.
func nameFaults() []fault {
	return slices.Concat(callNameFaults(), deviceNameFaults(), parentNameFaults(), numberFormFaults(), []fault{
		row("eight-false-members", "ID-6", "eight members of each call are false at once", calls("", eightFalse)),
	})
}

// eightFalse leaves nothing but the ids at the ends of names.
func eightFalse(s *Server, l *leg, c object) {
	c["deviceUri"] = l.agent.DeviceID
	c["uri"] = "/api/v1/me/calls/" + l.id
	delete(c, "path")
	if l.parent != nil {
		c["parentCallUri"] = "no uri at all /" + l.parent.id
	}
	c["duration"] = fmt.Sprint(seconds(s, l)*1000 + 731)
	eachE164(c, "+499999")
	c["ani"] = "31337"
	c["connId"] = "conn " + l.connID
}

func callNameFaults() []fault {
	return []fault{
		row("uri-relative", "ID-2", "uri has no scheme and host", bentURI("uri", below)),
		row("uri-of-version-1", "ID-2", "uri is below /api/v1", bentURI("uri", func(u string) string { return strings.Replace(u, "/api/v2/", "/api/v1/", 1) })),
		row("uri-of-ftp", "ID-2", "uri has the scheme ftp", bentURI("uri", func(u string) string { return strings.Replace(u, "http", "ftp", 1) })),
		row("uri-without-host", "ID-2", "uri names no host", bentURI("uri", func(u string) string { return "http://" + below(u) })),
		row("uri-below-no-api", "ID-2", "uri has no /api/v2", bentURI("uri", func(u string) string { return strings.Replace(u, "/api/v2/", "/", 1) })),
		row("path-without-slash", "ID-2", "path does not begin with a slash", bentURI("path", func(p string) string { return p[1:] })),
		row("path-below-me", "ID-2", "path begins with /me", bentURI("path", func(p string) string { return "/me" + p })),
		row("path-is-the-uri", "ID-2", "path is what uri is", calls("", func(_ *Server, _ *leg, c object) { c["path"] = c["uri"] })),
		row("read-uri-relative", "ID-2", "a call that is read has a uri without scheme and host", readCalls(func(c object) { bendText(c, "uri", below) })),
		row("read-path-without-slash", "ID-2", "a call that is read has a path without its slash",
			readCalls(func(c object) { bendText(c, "path", func(p string) string { return p[1:] }) })),
		row("listed-uris-relative", "ID-2", "the uris of the list of calls have no scheme and host", reads("me/calls", func(x *exchange) {
			x.answer.body["uris"] = eachText(x.answer.body["uris"], below)
		})),
	}
}

func deviceNameFaults() []fault {
	return []fault{
		row("device-uri-is-the-id", "ID-3", "deviceUri is the device's id", bentURI("deviceUri", lastSegment)),
		row("device-uri-relative", "ID-3", "deviceUri has no scheme and host", bentURI("deviceUri", below)),
		row("device-uri-below-me", "ID-3", "deviceUri names the device below /me",
			bentURI("deviceUri", func(u string) string { return strings.Replace(u, "/devices/", "/me/devices/", 1) })),
		row("device-uri-of-version-1", "ID-3", "deviceUri is below /api/v1",
			bentURI("deviceUri", func(u string) string { return strings.Replace(u, "/api/v2/", "/api/v1/", 1) })),
		row("read-device-uri-is-the-id", "ID-3", "a call that is read has the device's id for deviceUri",
			readCalls(func(c object) { bendText(c, "deviceUri", lastSegment) })),
	}
}

func parentNameFaults() []fault {
	return []fault{
		row("parent-is-the-id", "ID-6", "parentCallUri is the original's id", bentURI("parentCallUri", lastSegment)),
		row("parent-is-no-uri", "ID-6", "parentCallUri is a sentence that ends in the original's id",
			bentURI("parentCallUri", func(u string) string { return "no uri at all /" + lastSegment(u) })),
		row("parent-relative", "ID-6", "parentCallUri has no scheme and host", bentURI("parentCallUri", below)),
		row("parent-without-me", "ID-6", "parentCallUri names the original beside /me",
			bentURI("parentCallUri", func(u string) string { return strings.Replace(u, "/me/calls/", "/calls/", 1) })),
		row("parent-path-without-slash", "ID-6", "parentCallPath is there, without its slash", calls("", func(_ *Server, l *leg, c object) {
			if l.parent != nil {
				c["parentCallPath"] = "calls/" + l.parent.id
			}
		})),
		row("parent-path-below-me", "ID-6", "parentCallPath is there and begins with /me", calls("", func(_ *Server, l *leg, c object) {
			if l.parent != nil {
				c["parentCallPath"] = "/me/calls/" + l.parent.id
			}
		})),
		row("read-parent-relative", "ID-6", "a consult call that is read has a parentCallUri without scheme and host",
			readCalls(func(c object) { bendText(c, "parentCallUri", below) })),
	}
}

func numberFormFaults() []fault {
	return []fault{
		row("e164-of-nobody", "ID-8", "e164Number of a participant is nobody's", calls("", func(_ *Server, _ *leg, c object) { eachE164(c, "+499999") })),
		row("e164-of-the-agent", "ID-8", "e164Number of a participant is the agent's number",
			calls("", func(_ *Server, l *leg, c object) { eachE164(c, l.number) })),
		row("e164-is-a-word", "ID-8", "e164Number of a participant is a word", calls("", func(_ *Server, _ *leg, c object) { eachE164(c, "unknown") })),
		row("read-e164-of-nobody", "ID-8", "a call that is read has an e164Number that is nobody's",
			readCalls(func(c object) { eachE164(c, "+499999") })),
		row("path-nowhere", "MSG-1", "no call has a path", withoutMember("path")),
		row("terse-without-path", "ID-12", "calls have neither path nor monitoring nor extensions", terse),
		row("conn-id-is-the-id", "ID-11", "connId is the call's id", calls("", func(_ *Server, l *leg, c object) { c["connId"] = l.id })),
	}
}

// terse leaves out what one or the other sample lacks, and path.
func terse(h *hooks) {
	noOptionalMembers(h)
	withoutMember("path")(h)
}

func below(uri string) string {
	if i := strings.Index(uri, "/api/v2/"); i >= 0 {
		return uri[i:]
	}
	return uri
}

func lastSegment(uri string) string { return uri[strings.LastIndex(uri, "/")+1:] }

// bentURI changes a text of every call resource, where it is there.
func bentURI(name string, f func(string) string) func(*hooks) {
	return calls("", func(_ *Server, _ *leg, c object) { bendText(c, name, f) })
}

func bendText(c object, name string, f func(string) string) {
	if text, ok := c[name].(string); ok && text != "" {
		c[name] = f(text)
	}
}

func eachText(v any, f func(string) string) any {
	list, isList := v.([]any)
	if !isList {
		return v
	}
	out := make([]any, len(list))
	for i, x := range list {
		out[i] = x
		if text, ok := x.(string); ok {
			out[i] = f(text)
		}
	}
	return out
}

func eachE164(c object, number string) {
	list, _ := c["participants"].([]any)
	for _, p := range list {
		if p, ok := p.(object); ok {
			p["e164Number"] = number
		}
	}
}

// readCalls bends the calls that are read, by themselves and in lists.
func readCalls(f func(object)) func(*hooks) {
	return both(
		reads("me/calls/*", func(x *exchange) {
			if c, ok := x.answer.body["call"].(object); ok {
				f(c)
			}
		}),
		reads("me/calls", func(x *exchange) {
			list, _ := x.answer.body["calls"].([]object)
			for _, c := range list {
				f(c)
			}
		}))
}
