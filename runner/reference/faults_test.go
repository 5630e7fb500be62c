package reference

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type requirement struct {
	id, level string
	untested  bool
}

// registry reads ids and levels of fixtures/requirements, which are plain
// enough for a regular expression.
func registry(t *testing.T) map[string]requirement {
	t.Helper()
	files, err := filepath.Glob("../../fixtures/requirements/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no requirements: %v", err)
	}
	all := map[string]requirement{}
	entry := regexp.MustCompile(`(?m)^- id: (\S+)\n(?:  .*\n)*`)
	level := regexp.MustCompile(`(?m)^  level: (\S+)`)
	untested := regexp.MustCompile(`(?m)^  untested:`)
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range entry.FindAllStringSubmatch(string(raw)+"\n", -1) {
			all[m[1]] = requirement{m[1], level.FindStringSubmatch(m[0])[1], untested.MatchString(m[0])}
		}
	}
	return all
}

func TestFaultsNameRequirements(t *testing.T) {
	known, broken, seen := registry(t), map[string]int{}, map[string]bool{}
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for _, f := range Faults() {
		if _, exists := known[f.Requirement]; !exists {
			t.Errorf("%s: no requirement %s", f.Name, f.Requirement)
		}
		if seen[f.Name] || !kebab.MatchString(f.Name) || f.Description == "" {
			t.Errorf("%s: a bad row, or the name is there twice", f.Name)
		}
		seen[f.Name] = true
		broken[f.Requirement]++
	}
	for id, r := range known {
		if r.level != "informative" && !r.untested && broken[id] == 0 {
			t.Errorf("no fault breaks %s (%s)", id, r.level)
		}
	}
	if len(seen) < 110 {
		t.Errorf("%d faults, want 110 at least", len(seen))
	}
	t.Logf("%d faults of %d requirements", len(seen), len(broken))
}

func TestVariations(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range Variations() {
		if seen[v.Name] || v.Description == "" {
			t.Errorf("%s: a bad row, or the name is there twice", v.Name)
		}
		seen[v.Name] = true
	}
	if len(seen) < 22 {
		t.Errorf("%d variations, want 22 at least", len(seen))
	}
}

func TestUnknownNames(t *testing.T) {
	for _, o := range []Options{{Fault: "no-such"}, {Variation: "no-such"}, {Features: []string{"no-such"}}, {StepDelay: -1},
		{Agents: []Agent{{User: "a", Number: "1"}, {User: "a", Number: "2"}}}} {
		if _, err := New(o); err == nil {
			t.Errorf("New(%+v) accepts it", o)
		}
	}
}

// TestEveryFaultServes plays sample 2 and most operations against each fault:
// whatever is broken, the server goes on.
func TestEveryFaultServes(t *testing.T) {
	for i, f := range Faults() {
		if i%everyNth != 0 {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			tour(t, Options{Fault: f.Name})
		})
	}
}

func TestEveryVariationServes(t *testing.T) {
	for _, v := range Variations() {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			if v.Name == "slow" && testing.Short() {
				t.Skip("takes a minute")
			}
			if v.Name == "mutual-tls" || v.Name == "saml-front" {
				t.Skip("nobody is let in who comes as the tour does; the engine's tests of access play it")
			}
			tour(t, Options{Variation: v.Name})
		})
	}
}

// newest is the path of the agent's latest call, taken from the server itself:
// a broken server may not tell.
func newest(s *Server, number string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.agentByNumber(number)
	for _, v := range slices.Backward(a.legs) {
		if !v.background {
			return "/me/calls/" + v.id
		}
	}
	return "/me/calls/none"
}

// tour posts the documented operations once, without looking at the answers.
func tour(t *testing.T, o Options) {
	s, base := serveWith(t, o)
	agents := DefaultAgents(1)
	agent, caller, dest := newActor(t, base, agents[0]), newActor(t, base, agents[1]), newActor(t, base, agents[2])
	for _, x := range []*actor{agent, caller, dest} {
		x.strict = false
		x.listen("/v2/me/calls", "/v2/me/devices")
	}
	slow := o.Variation == "slow"
	first := func() string { return newest(s, "5005") }
	to := func(number string) []any { return []any{"destination", object{"phoneNumber": number}} }
	agent.op("/me", "StartContactCenterSession", "channels", []string{"voice"})
	caller.op("/me/calls", "Dial", append(to("5005"), "userData", object{"A": "1", "B": object{"C": 2}})...)
	original := first()
	agent.op(original, "Answer")
	agent.op(original, "InitiateTransfer", to("5001")...)
	agent.get(original)
	agent.get("/me/calls?fields=*")
	agent.op(first(), "CompleteTransfer")
	agent.poll(0)
	if !slow && (o.Fault == "" || !testing.Short()) {
		agent.op("/me/channels/voice", "NotReady")
		agent.op("/me/channels/voice", "Nonsense")
		tourOfOperations(s, agent, caller, dest)
	}
	for _, x := range []*actor{agent, caller, dest} {
		for range 4 {
			x.op(newest(s, x.agent.Number), "Hangup")
		}
		x.poll(0)
	}
	agent.op("/me", "EndContactCenterSession")
	plain := newActor(t, base, agents[0])
	plain.strict = false
	if status, _, _ := plain.send("GET", "/me", "application/json", nil); status == 0 {
		t.Error("the server has gone")
	}
	s.Sessions()
	s.ContactCenterSessions()
}

func tourOfOperations(s *Server, agent, caller, dest *actor) {
	latest := func() string { return newest(s, "5005") }
	device := "/me/devices/" + agent.agent.DeviceID
	caller.op("/me/calls", "Dial", "destination", object{"phoneNumber": "5005"})
	at := latest()
	for _, op := range []string{"Hold", "InitiateTransfer", "Answer", "Hold", "Retrieve", "MuteCall", "UnmuteCall", "StartCallRecording",
		"PauseCallRecording", "ResumeCallRecording", "StopCallRecording", "DeleteUserData", "CompleteTransfer", "SendDtmf", "Nonsense"} {
		agent.op(at, op)
		agent.poll(0)
	}
	agent.op(at, "SendDtmf", "digits", "12")
	agent.op(at, "AttachUserData", "userData", object{"K": "ü"})
	agent.op(at, "UpdateUserData", "userData", object{"K": "2"})
	agent.op(at, "DeleteUserDataPair", "key", "K")
	agent.op(at, "InitiateConference", "destination", object{"phoneNumber": "5001"})
	consult := latest()
	dest.op(newest(s, "5001"), "Answer")
	agent.op(consult, "SwapCalls", "otherCallUri", at)
	agent.op(consult, "CompleteConference")
	agent.op(at, "RemoveParticipantFromConference", "participant", "5001")
	agent.op(at, "SingleStepConference", "destination", object{"phoneNumber": "5001"})
	for _, op := range []string{"DoNotDisturbOn", "DoNotDisturbOff", "ForwardCallsOff", "CancelSupervisorMonitoring", "Nonsense"} {
		agent.op(device, op)
	}
	agent.op(device, "ForwardCallsOn", "destination", "5001")
	dest.op("/me/devices/"+dest.agent.DeviceID, "ListenIn", "targetDeviceUri", "/devices/"+agent.agent.DeviceID)
	dest.op(newest(s, "5001"), "MuteMonitoredUser")
	agent.op(at, "SingleStepTransfer", "destination", object{"phoneNumber": "5001"})
	agent.get("/me?subresources=*")
	agent.get("/me/devices?fields=*")
	agent.get("/nowhere")
	agent.json("PUT", at, object{})
	agent.bayeux(object{"channel": "/meta/unsubscribe", "clientId": agent.id, "subscription": "/v2/me/calls"})
	agent.poll(0)
}
