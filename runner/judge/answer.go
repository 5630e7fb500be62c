package judge

import (
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Accepted judges that an operation was accepted: statusCode 0. The form of the answer is
// judged by AnswerForm, its HTTP status by AnswerStatus.
func Accepted(requirement string, e *recording.Entry) []Finding {
	if e.Accepted() {
		return nil
	}
	if e.Problem != "" {
		return nil // no answer at all is HTTP-5's
	}
	return []Finding{{Requirement: requirement, Entry: e, Path: "statusCode", Expected: "0: the operation is accepted", Observed: answer(e)}}
}

func answer(e *recording.Entry) string {
	text := ""
	if e.Status != 0 {
		text = fmt.Sprintf("HTTP %d ", e.Status)
	}
	switch {
	case len(e.Response) > 0:
		text += recording.Cut(string(e.Response))
	case e.ResponseText != "":
		text += recording.Cut(e.ResponseText)
	default:
		text += "without a body"
	}
	return strings.TrimSpace(text)
}

// AnswerStatus judges that an accepted operation is answered with HTTP 200. A recording of
// another client may not know the status: then there is nothing to judge.
func AnswerStatus(e *recording.Entry) []Finding {
	if !e.Accepted() || e.Status == 0 || e.Status == 200 {
		return nil
	}
	return []Finding{{Requirement: "HTTP-1", Entry: e, Path: "HTTP status", Expected: "200", Observed: fmt.Sprint(e.Status)}}
}

// TooLarge reports whether a request was refused for its size alone, in a form of whoever stands before the API: a proxy, a
// container. Common ones take a megabyte at most, and need not know what the body is for.
func TooLarge(e *recording.Entry) bool {
	switch e.Status {
	case bodyTooLarge, uriTooLong, headersTooLarge:
		return e.AnswerObject() == nil
	}
	return false
}

// AnswerForm judges that an answer is a JSON object with an integer statusCode in the table.
func AnswerForm(e *recording.Entry) []Finding {
	if e.Problem != "" || e.Status == 401 || e.Status == 403 && e.AnswerObject() == nil || SentToSignIn(e) || TooLarge(e) {
		return nil // HTTP-5; a refusal of credentials or of a CSRF token may come as text
	}
	object := e.AnswerObject()
	if object == nil {
		return []Finding{{Requirement: "HTTP-2", Entry: e, Expected: "a JSON object with statusCode", Observed: answer(e)}}
	}
	code, present := object["statusCode"]
	n, ok := e.StatusCode()
	switch {
	case !present && e.Status == 0:
		return nil // another client's log without the status may not hold the whole body either
	case !present:
		return []Finding{{Requirement: "HTTP-2", Entry: e, Path: "statusCode", Expected: "an integer from 0 to 20", Observed: "missing"}}
	case !ok || n < 0 || n > 20:
		return []Finding{{Requirement: "HTTP-2", Entry: e, Path: "statusCode", Expected: "an integer from 0 to 20", Observed: Short(code)}}
	}
	return nil
}

// AnswerCode judges only that a statusCode, where there is one, is in the table: the rest of a
// refusal's form has its own rule.
func AnswerCode(e *recording.Entry) []Finding {
	if code, ok := e.StatusCode(); ok && (code < 0 || code > 20) {
		return []Finding{{Requirement: "HTTP-2", Entry: e, Path: "statusCode", Expected: "an integer from 0 to 20", Observed: fmt.Sprint(code)}}
	}
	return nil
}

// ShowsMediaType reports whether an answer has a body, and its headers were recorded.
func ShowsMediaType(e *recording.Entry) bool {
	return e.Problem == "" && e.Status != 0 && e.Headers != nil && (len(e.Response) > 0 || e.ResponseText != "")
}

// AnswerType judges the media type of an answer.
func AnswerType(e *recording.Entry) []Finding {
	if !ShowsMediaType(e) || SentToSignIn(e) {
		return nil
	}
	media, _, _ := strings.Cut(e.Headers["Content-Type"], ";")
	if strings.EqualFold(strings.TrimSpace(media), "application/json") {
		return nil
	}
	return []Finding{{Requirement: "HTTP-3", Entry: e, Path: "Content-Type", Expected: "application/json", Observed: Short(e.Headers["Content-Type"])}}
}

// AnswerComplete judges that there was an answer, in time and whole.
func AnswerComplete(e *recording.Entry) []Finding {
	if e.Problem == "" || SentToSignIn(e) || Unread(e) {
		return nil
	}
	return []Finding{{Requirement: "HTTP-5", Entry: e, Expected: "a complete HTTP response", Observed: e.Problem}}
}

// Unread reports whether an answer was not read for a reason that is none of the server's: it was larger than is kept, or
// more requests were sent than somebody lets through, or the request was not made at all, or given up. A flood is the server's.
func Unread(e *recording.Entry) bool {
	kind, text, _ := strings.Cut(e.Problem, ":")
	return kind == "limited" || kind == "not sent" || kind == "canceled" || kind == "too-large" && !strings.Contains(text, "a flood")
}

// ErrorForm judges that an answer with a statusCode other than 0 has statusMessage and nothing else.
func ErrorForm(e *recording.Entry) []Finding {
	code, ok := e.StatusCode()
	if !ok || code == 0 {
		return nil
	}
	if code == 7 {
		return Conforms("SESSION-4", "rest-partial", e, e.Answer())
	}
	return Conforms("ERR-1", "rest-error", e, e.Answer())
}

// NoMessageOnSuccess judges that success brings no statusMessage.
func NoMessageOnSuccess(e *recording.Entry) []Finding {
	code, ok := e.StatusCode()
	if m, present := e.AnswerObject()["statusMessage"]; ok && code == 0 && present {
		return []Finding{{Requirement: "HTTP-4", Entry: e, Path: "statusMessage", Expected: "no such member", Observed: Short(m)}}
	}
	return nil
}

// DeviceForm validates a device notification against its schema.
func DeviceForm(e *recording.Entry) []Finding {
	if e.IsError() {
		return nil
	}
	var out []Finding
	for _, f := range Conforms("DEVICE-2", "device-notification", e, map[string]any{"channel": e.Channel, "data": e.Data()}) {
		if !envelopePath(f.Path) {
			out = append(out, f)
		}
	}
	return out
}

func envelopePath(path string) bool {
	return path == "data.messageType" || path == "channel" || path == "data.devices" || path == "data"
}

// DeviceEnvelope judges channel and messageType of a device notification.
func DeviceEnvelope(_ *Case, e *recording.Entry) []Finding {
	if e.IsError() {
		return nil
	}
	var out []Finding
	add := func(path, want string, got any) {
		out = append(out, Finding{Requirement: "MSG-3", Entry: e, Path: path, Expected: want, Observed: Short(got)})
	}
	if e.Channel != voice.DevicesTopic {
		add("channel", voice.DevicesTopic, e.Channel)
	}
	if e.Data()["messageType"] != voice.DeviceMessage {
		add("data.messageType", voice.DeviceMessage, e.Data()["messageType"])
	}
	if !voice.ListsDevices(e) {
		add("data.devices", "an array of devices", e.Data()["devices"])
	}
	return out
}

// Refusal judges the form of an answer that is not an acceptance: the documented error body.
func Refusal(e *recording.Entry) []Finding {
	if e.Accepted() || e.Problem != "" {
		return nil
	}
	if e.AnswerObject() == nil {
		return []Finding{{Requirement: "ERR-1", Entry: e, Expected: "a JSON object with statusCode and statusMessage", Observed: answer(e)}}
	}
	return Conforms("ERR-1", "rest-error", e, e.Answer())
}

// BetweenOurs reports whether all parties of a notified call are people of the station.
func (c *Case) BetweenOurs(e *recording.Entry) bool {
	return voice.CallOf(e).Between(c.Station.Agent.Number, c.Station.Caller.Number, c.Station.Destination.Number)
}

// ForeignCall reports whether a notification names the parties of a call, and none of them is of the station: it is
// about a call of others, which came to one of our people meanwhile.
func (c *Case) ForeignCall(e *recording.Entry) bool {
	return voice.CallOf(e).Foreign(c.Station.Agent.Number, c.Station.Caller.Number, c.Station.Destination.Number) && !c.Ours(e)
}

// HTTP statuses by which who stands before a server refuses what is too large.
const (
	bodyTooLarge    = 413
	uriTooLong      = 414
	headersTooLarge = 431
)
