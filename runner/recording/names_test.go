package recording_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/recording"
)

// A recording is read with the numbers of the target file, whatever form the system shows them in.
func TestNames(t *testing.T) {
	t.Parallel()
	const header = `{"kind":"recording","header":{"version":1,"stations":[{"agent":{"number":"5005","shown":"+1 (650) 555-5005"},` +
		`"caller":{"number":"5000","dials":"8000"},"destination":{"number":"5001"}}]}}` + "\n"
	message := func(data string) string {
		return header + `{"kind":"message","actor":"caller","message":{"channel":"/v2/me/calls","data":` + data + `}}` + "\n"
	}
	for name, x := range map[string]struct {
		line string
		want map[string]any
	}{
		"a call by the route point": {
			message(`{"phoneNumber":"5000","call":{"dnis":"8000","callType":"Inbound","participants":[{"phoneNumber":"8000","digits":"+1 (650) 555-5005"}]}}`),
			map[string]any{"phoneNumber": "5000", "call": map[string]any{
				"dnis": "5005", "callType": "Internal", "participants": []any{map[string]any{"phoneNumber": "5005", "digits": "5005"}},
			}},
		},
		"its other end": {
			message(`{"call":{"dnis":"5005","callType":"Outbound","participants":["8000","5001"]}}`),
			map[string]any{"call": map[string]any{"dnis": "5005", "callType": "Internal", "participants": []any{"5005", "5001"}}},
		},
		"a wrong type": {
			message(`{"call":{"dnis":"8000","callType":"Consult"}}`),
			map[string]any{"call": map[string]any{"dnis": "5005", "callType": "Consult"}},
		},
		"another call": {
			message(`{"call":{"dnis":"5001","callType":"Inbound"}}`), map[string]any{"call": map[string]any{"dnis": "5001", "callType": "Inbound"}},
		},
		"another form for people": {
			message(`{"call":{"participants":[{"formattedPhoneNumber":"+1 650 5555005","e164Number":""}]}}`),
			map[string]any{"call": map[string]any{"participants": []any{map[string]any{"formattedPhoneNumber": "5005", "e164Number": ""}}}},
		},
		"user data": {
			message(`{"call":{"userData":{"phoneNumber":"8000"}},"extensions":{"dnis":"8000"}}`),
			map[string]any{"call": map[string]any{"userData": map[string]any{"phoneNumber": "8000"}}, "extensions": map[string]any{"dnis": "8000"}},
		},
		"the addressee": {message(`{"phoneNumber":"+1 (650) 555-5005"}`), map[string]any{"phoneNumber": "5005"}},
		"no forms": {
			strings.Replace(strings.Replace(message(`{"call":{"dnis":"8000"}}`), `,"dials":"8000"`, "", 1), `,"shown":"+1 (650) 555-5005"`, "", 1),
			map[string]any{"call": map[string]any{"dnis": "8000"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for e, err := range recording.Read(strings.NewReader(x.line)) {
				if err != nil {
					t.Fatal(err)
				}
				if e.Kind != recording.KindMessage {
					continue
				}
				if diff := cmp.Diff(x.want, e.Data()); diff != "" {
					t.Error(diff)
				}
				if number, _ := e.Addressee(); x.want["phoneNumber"] != nil && number != x.want["phoneNumber"] {
					t.Errorf("for %q", number)
				}
			}
		})
	}
}
