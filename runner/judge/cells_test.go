package judge

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// tried makes a recording of lines in the order of time: "> id operation" is tried and refused,
// ">! id operation" accepted, ">> id operation" an arrangement, "< actor id type state members" a notification.
// Calls offer the four user data operations; A is between agent and caller, B between agent and destination.
func tried(t *testing.T, lines ...string) *Case {
	t.Helper()
	header := &recording.Header{Stations: []recording.Station{{
		Agent: recording.Party{Number: "5005", Controlled: true}, Caller: recording.Party{Number: "5000", Controlled: true},
		Destination: recording.Party{Number: "5001", Controlled: true},
	}}}
	var entries []*recording.Entry
	for i, line := range lines {
		f := strings.Fields(line)
		e := &recording.Entry{Actor: "agent", At: float64(i + 1), Seq: i + 1}
		if f[0] == "<" {
			e.Kind, e.Channel, e.Actor = recording.KindMessage, "/v2/me/calls", f[1]
			party := map[string]string{"agentA": "5000", "callerA": "5005", "agentB": "5001", "destinationB": "5005"}[f[1]+f[2]]
			more := ""
			if len(f) > 5 {
				more = "," + f[5]
			}
			e.Message = json.RawMessage(fmt.Sprintf(`{"data":{"notificationType":%q,"call":{"id":%q,"state":%q,"participants":[{"phoneNumber":%q}],
				"capabilities":["AttachUserData","UpdateUserData","DeleteUserData","DeleteUserDataPair"]%s}}}`, f[3], f[2], f[4], party, more))
		} else {
			row := map[string]string{"A": "held-original", "B": "dialing-consult"}[f[1]]
			e.Kind, e.Method, e.Path, e.Status, e.Step = recording.KindRest, "POST", "/me/calls/"+f[1], 200, CellLabel(row, f[2])
			e.Request, e.Response = json.RawMessage(fmt.Sprintf(`{"operationName":%q}`, f[2])), json.RawMessage(`{"statusCode":0}`)
			if f[0] == ">" {
				e.Response = json.RawMessage(`{"statusCode":2,"statusMessage":"no"}`)
			}
			if f[0] == ">>" {
				e.Step = "arrange." + f[2]
			}
		}
		entries = append(entries, e)
	}
	return NewCase(header, "states.test", entries)
}

func TestEffects(t *testing.T) {
	t.Parallel()
	begin := []string{"< agent A StatusChange Held", "< agent B StatusChange Dialing", "< destination B StatusChange Ringing"}
	for _, x := range []struct {
		name  string
		lines []string
		want  string // operations with effects
	}{
		{"nothing", []string{"> A Hold", "> B Hold"}, ""},
		{"at once", []string{"> A Hangup", "< agent A StatusChange Released", "> A Answer"}, "Hangup"},
		{"during what is offered", []string{"> A Hangup", "> A AttachUserData", "< agent A StatusChange Released"}, "Hangup"},
		{"at the other end", []string{"> B Hold", "< destination B StatusChange Released"}, "Hold"},
		{"caused by cleaning up", []string{"> A Hold", ">> A Hangup", "< agent A StatusChange Released"}, ""},
		{"digits", []string{"> A SendDtmf", "> A Hold", "< agent A DtmfSent Held"}, "SendDtmf"},
		{"digits of the other call", []string{"> A SendDtmf", "< agent B DtmfSent Dialing"}, ""},
		{"a recording that nobody started", []string{"> A Hold", `< agent A CallRecordingStateChange Held "recordingState":"Recording"`}, ""},
		{"a recording", []string{"> A StartCallRecording", "> A Hold", "< agent A CallRecordingStateChange Held"}, "StartCallRecording"},
		{"user data that was offered", []string{
			"> A Hold", ">! A AttachUserData", `< agent A AttachedDataChanged Held "userData":{"VoicespecAttached-held-original":"1"}`,
		}, ""},
		{"user data of somebody else", []string{"> A Hold", `< agent A AttachedDataChanged Held "userData":{"Sequence":"1"}`}, ""},
		{"the same told again", []string{"> A Hold", "< agent A StatusChange Held"}, ""},
		{"a phone that answers by itself", []string{"> B Hold", "< destination B StatusChange Established", "< agent B StatusChange Established"}, ""},
		{"a phone whose end is told first", []string{
			"< destination B StatusChange Established", "< agent B StatusChange Dialing", "> B Hold", "< agent B StatusChange Established",
		}, ""},
		{"a call that nobody answered for long", []string{
			"> B Hold", "> A Hold", "> A Hangup", "> A Answer", "< destination B StatusChange Released", "< agent B StatusChange Released",
		}, ""},
		{"answered by the wrong end", []string{"> B Answer", "< agent B StatusChange Established"}, "Answer"},
		{"answered at one end", []string{"> B Hold", "< agent B StatusChange Established"}, "Hold"},
		{"a new call", []string{"> A InitiateTransfer", "< caller A StatusChange Ringing"}, "InitiateTransfer"},
	} {
		var got []string
		for _, cell := range tried(t, append(slices.Clip(begin), x.lines...)...).Cells() {
			if len(cell.Effects) > 0 {
				got = append(got, cell.Operation)
			}
		}
		if strings.Join(got, " ") != x.want {
			t.Errorf("%s: effects of %q, want %q", x.name, got, x.want)
		}
	}
}

// What the next notification offers after all is no cell, if it tells nothing else.
func TestOfferedOnTheWay(t *testing.T) {
	t.Parallel()
	c := tried(t, "< agent A StatusChange Held", "> A Hold", `< agent A StatusChange Held "capabilities":["Hold"]`)
	if cells := c.Cells(); len(cells) != 0 {
		t.Errorf("%d cells: %v", len(cells), cells)
	}
}
