package voice_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// What one row says of another is there, and the rows make sense by themselves.
func TestOperations(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, o := range voice.Operations {
		if seen[o.Name] {
			t.Errorf("%s stands twice", o.Name)
		}
		seen[o.Name] = true
		if found := voice.Find(o.Name); found.Name != o.Name || found.Group != o.Group {
			t.Errorf("%s is found as %s", o.Name, found.Name)
		}
		if o.To == "" || o.Group == "" {
			t.Errorf("%s is posted to %q and belongs to %q", o.Name, o.To, o.Group)
		}
		if o.Undo != "" && voice.Find(o.Undo).To != o.To {
			t.Errorf("%s is undone by %s, which is posted elsewhere", o.Name, o.Undo)
		}
		if o.Joins && !o.Merges || o.Steady && o.Merges {
			t.Errorf("%s joins, or is steady, and does not merge", o.Name)
		}
	}
	if none := voice.Find("VoicespecNoSuchOperation"); none.Name != "" || none.SettlesLate("Released", false) {
		t.Error("an operation that is in no document says something")
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	for group, want := range map[voice.Group][]string{
		voice.GroupUserData:     {"AttachUserData", "UpdateUserData", "DeleteUserData", "DeleteUserDataPair"},
		voice.GroupMute:         {"MuteCall", "UnmuteCall"},
		voice.GroupRecording:    {"StartCallRecording", "PauseCallRecording", "ResumeCallRecording", "StopCallRecording"},
		voice.GroupSupervision:  {"ListenIn", "Coach", "BargeIn"},
		voice.GroupConsultation: {"CompleteTransfer", "CompleteConference", "SwapCalls"},
		voice.GroupMonitoring:   {"MuteMonitoredUser", "UnmuteMonitoredUser", "SwitchToListenIn", "SwitchToCoach", "SwitchToBargeIn"},
	} {
		if got := voice.GroupOf(group); !slices.Equal(got, want) {
			t.Errorf("%s: %q", group, got)
		}
	}
}

func TestCauses(t *testing.T) {
	t.Parallel()
	merging := voice.NamesOf(func(o voice.Operation) bool { return o.Merges })
	for kind, want := range map[string][]string{
		voice.AttachedDataChanged:  voice.GroupOf(voice.GroupUserData),
		voice.DtmfSent:             {"SendDtmf"},
		voice.RecordingStateChange: voice.GroupOf(voice.GroupRecording),
		voice.MonitoredUserMuted:   {"MuteMonitoredUser", "UnmuteMonitoredUser"},
		voice.ParticipantsUpdated:  merging,
		voice.StatusChange:         nil,
		"VoicespecNoSuchType":      nil,
	} {
		if got := voice.Causes(kind); !slices.Equal(got, want) {
			t.Errorf("%s is caused by %q", kind, got)
		}
	}
	joining := voice.NamesOf(func(o voice.Operation) bool { return o.Joins })
	if len(merging) != 8 || len(joining) != 6 || slices.Contains(joining, "CompleteTransfer") {
		t.Errorf("merging are %q, joining %q", merging, joining)
	}
}

func TestCallOperations(t *testing.T) {
	t.Parallel()
	var steady []string
	list := voice.CallOperations()
	for _, o := range list {
		if o.Name == "" || o.To != voice.ToCall {
			t.Errorf("%q is no operation of a call", o.Name)
		}
		if o.Steady {
			steady = append(steady, o.Name)
		}
	}
	if list[0].Name != "Hold" || list[len(list)-1].Name != "Hangup" || len(list) != 25 {
		t.Errorf("%d operations are tried", len(list))
	}
	if want := []string{"SendDtmf", "AttachUserData", "UpdateUserData", "DeleteUserDataPair", "DeleteUserData"}; !slices.Equal(steady, want) {
		t.Errorf("steady are %q", steady)
	}
	// Whatever is posted to a call and has a page is tried.
	for _, o := range voice.Operations {
		if o.To == voice.ToCall && o.Page && !slices.ContainsFunc(list, func(x voice.Operation) bool { return x.Name == o.Name }) {
			t.Errorf("%s is not tried", o.Name)
		}
	}
}

func TestOffers(t *testing.T) {
	t.Parallel()
	for _, state := range voice.States {
		for _, consult := range []bool{false, true} {
			for _, company := range []bool{false, true} {
				o := voice.OfferOf(state, consult, company)
				for _, name := range slices.Concat(o.Sure(), o.May()) {
					if voice.Find(name).To != voice.ToCall {
						t.Errorf("a %s call offers %s, which the table does not have", state, name)
					}
				}
				if none := len(o.Always) == 0; none != (state == voice.Released) {
					t.Errorf("a %s call offers nothing: %t", state, none)
				}
			}
		}
	}
	for _, tt := range []struct {
		operation, state string
		offered, always  bool
	}{
		{"Answer", voice.Ringing, true, true},
		{"Answer", voice.Established, false, false},
		{"Retrieve", voice.Held, true, false}, // the original of a consult call need not
		{"Hold", voice.Established, true, true},
		{"SwapCalls", voice.Dialing, true, false},
		{"MuteCall", voice.Held, false, false},
		{"MuteCall", voice.Established, true, false},
		{"Hangup", voice.Released, false, false},
	} {
		if offered, always := voice.Find(tt.operation).Offers(tt.state); offered != tt.offered || always != tt.always {
			t.Errorf("%s at a %s call: offered %t, always %t", tt.operation, tt.state, offered, always)
		}
	}
}

func TestSettlesLate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		operation, state string
		own, want        bool
	}{
		{"Answer", voice.Established, false, true},
		{"Answer", voice.Established, true, false},
		{"Dial", voice.Dialing, true, true},
		{"Dial", voice.Ringing, false, true},
		{"Hangup", voice.Released, false, true},
		{"CompleteTransfer", voice.Released, false, true},
		{"CompleteConference", voice.Released, false, false},
		{"SingleStepTransfer", voice.Released, true, false},
		{"Hold", voice.Held, false, false},
	} {
		if got := voice.Find(tt.operation).SettlesLate(tt.state, tt.own); got != tt.want {
			t.Errorf("%s of %s settles late: %t", tt.state, tt.operation, got)
		}
	}
}

func TestTimes(t *testing.T) {
	for body, want := range map[string]int{
		`{"operationName":"SendDtmf","digits":"5"}`: 1, `{"operationName":"SendDtmf","digits":"123"}`: 3, `{"operationName":"SendDtmf"}`: 1,
		`{"operationName":"Hold","digits":"123"}`: 1,
	} {
		if got := voice.Times(&recording.Entry{Kind: recording.KindRest, Method: "POST", Request: json.RawMessage(body)}); got != want {
			t.Errorf("%s may be told %d times", body, got)
		}
	}
}
