package reference

import (
	"strings"
	"testing"
	"time"
)

// inCall starts a variation with the caller's call Established at the agent.
func inCall(t *testing.T, o Options) (s *Server, agent, caller, dest *actor, at string) {
	t.Helper()
	s, base := serveWith(t, o)
	agent, caller, dest = station(t, base)
	caller.dial("5005")
	at = agent.path(agent.state(ringing, ""))
	agent.must(at, "Answer")
	agent.state(established, "")
	return s, agent, caller, dest, at
}

func TestPublicAddress(t *testing.T) {
	_, base := serveWith(t, Options{Variation: "path-prefix"})
	if !strings.HasSuffix(base, "/gws") {
		t.Errorf("base %s", base)
	}
	_, _, caller, _, _ := inCall(t, Options{Variation: "public-url"})
	if c := caller.state(dialing, ""); !strings.HasPrefix(c["uri"].(string), "https://gws.example.com/api/v2/me/calls/") {
		t.Errorf("uri %v", c["uri"])
	}
}

func TestSample1(t *testing.T) {
	_, agent, _, _, at := inCall(t, Options{Variation: "sample-1"})
	agent.must(at, "InitiateTransfer", "destination", object{"phoneNumber": "5001"})
	data := agent.until("Held", func(d object) bool { return d["call"].(object)["state"] == held })
	call := data["call"].(object)
	if got := names(call["capabilities"]); strings.Contains(got, "Retrieve") || !strings.Contains(got, "CompleteTransfer") {
		t.Errorf("Held offers %s", got)
	}
	if data["extensions"] != nil || call["monitoring"] != false {
		t.Errorf("members: %v", data)
	}
	if c := agent.state(dialing, ""); c["parentCallPath"] != call["path"] {
		t.Errorf("parentCallPath %v", c["parentCallPath"])
	}
	agent.must(at, "CompleteTransfer")
}

func TestAsyncRefusal(t *testing.T) {
	_, agent, _, _, at := inCall(t, Options{Variation: "async-refusal"})
	agent.must(at, "CompleteTransfer")
	agent.until("ErrorMessage", func(d object) bool { return d["messageType"] == "ErrorMessage" })
	_, agent, _, _, at = inCall(t, Options{Variation: "async-refusal-call"})
	agent.must(at, "Retrieve")
	data := agent.until("Error", func(d object) bool { return d["notificationType"] == "Error" })
	if data["call"].(object)["state"] != established {
		t.Errorf("the call changed: %v", data)
	}
}

func TestLiveServer(t *testing.T) {
	_, agent, caller, _, at := inCall(t, Options{Variation: "live-8.5.202"})
	agent.must("/me", "StartContactCenterSession")
	agent.must(at, "UpdateUserData", "userData", object{"A": "1"})
	caller.until("user data", func(d object) bool { return d["notificationType"] == kindData })
	agent.must(at, "ClearCall")
	agent.until("AfterCallWork", func(d object) bool { return userStateOf(d) == "NotReady" })
	if c := agent.state(released, ""); c["case"] == nil {
		t.Errorf("Released without case: %v", c)
	}
}

func TestCSRF(t *testing.T) {
	_, base := serveWith(t, Options{Variation: "csrf"})
	a := newActor(t, base, DefaultAgents(1)[0])
	status, v := a.json("POST", "/me", object{"operationName": "StartContactCenterSession"})
	if status != 403 || v["statusCode"] == 0.0 {
		t.Errorf("without a token: HTTP %d %v", status, v)
	}
	a.get("/me")
	a.must("/me", "StartContactCenterSession")
}

func TestBatched(t *testing.T) {
	_, agent, _, _, at := inCall(t, Options{Variation: "batched"})
	agent.must(at, "InitiateTransfer", "destination", object{"phoneNumber": "5001"})
	agent.state(held, "")
	if len(agent.seen) != 1 {
		t.Fatalf("%d notifications came with Held, want Dialing", len(agent.seen))
	}
}

func TestUnrelatedCalls(t *testing.T) {
	s, agent, _, _, at := inCall(t, Options{Variation: "unrelated-calls"})
	if v := agent.get("/me/calls?fields=*"); len(v["calls"].([]any)) != 2 {
		t.Errorf("list: %v", v)
	}
	if s.LiveCalls() != 1 {
		t.Errorf("%d live calls, the background call does not count", s.LiveCalls())
	}
	agent.must(at, "Hangup")
}

// TestStepDelay: each notification takes its time, and agents do not wait for
// one another.
func TestStepDelay(t *testing.T) {
	const step = 50 * time.Millisecond
	_, base := serveWith(t, Options{StepDelay: step})
	agent, caller, _ := station(t, base)
	begin := time.Now()
	caller.dial("5005")
	agent.state(ringing, "")
	if took := time.Since(begin); took < step {
		t.Errorf("the answer took %v", took)
	}
}

func TestConference(t *testing.T) {
	s, agent, caller, dest, at := inCall(t, Options{})
	agent.must(at, "InitiateConference", "destination", object{"phoneNumber": "5001"}, "userData", object{"Why": "help"})
	agent.state(held, "")
	consult := agent.state(dialing, "")
	if got := names(consult["capabilities"]); !strings.Contains(got, "CompleteConference") || consult["userData"] == nil {
		t.Errorf("consult: %v", consult)
	}
	dest.state(ringing, "")
	dest.must(dest.path(consult), "Answer")
	agent.state(established, consult["id"].(string))
	agent.must(at, "CompleteConference", "consultCallUri", consult["uri"])
	agent.state(released, consult["id"].(string))
	both := agent.state(established, "")
	if list := both["participants"].([]any); len(list) != 2 {
		t.Errorf("participants: %v", list)
	}
	agent.must(at, "RemoveParticipantFromConference", "participant", "5001")
	dest.state(released, "")
	caller.must(at, "Hangup")
	agent.state(released, "")
	if s.LiveCalls() != 0 {
		t.Errorf("%d live calls", s.LiveCalls())
	}
}

func TestSwapAndConsultHangup(t *testing.T) {
	_, agent, _, dest, at := inCall(t, Options{})
	agent.must(at, "InitiateTransfer", "destination", object{"phoneNumber": "5001"})
	consult := agent.state(dialing, "")
	dest.must(dest.path(consult), "Answer")
	agent.state(established, consult["id"].(string))
	agent.must(agent.path(consult), "SwapCalls", "otherCallUri", "http://elsewhere"+at)
	agent.state(established, strings.TrimPrefix(at, "/me/calls/"))
	agent.state(held, consult["id"].(string))
	agent.must(agent.path(consult), "Hangup")
	agent.state(released, consult["id"].(string))
	if c := agent.get(at)["call"].(object); c["state"] != established || strings.Contains(names(c["capabilities"]), "SwapCalls") {
		t.Errorf("original: %v", c)
	}
}

func TestMonitoring(t *testing.T) {
	_, agent, _, dest, at := inCall(t, Options{})
	device := "/me/devices/" + dest.agent.DeviceID
	dest.must(device, "BargeIn", "targetDeviceUri", "https://x/api/v2/devices/"+agent.agent.DeviceID)
	own := dest.state(established, "")
	dest.must(dest.path(own), "MuteMonitoredUser")
	data := dest.until("muted", func(d object) bool { return d["notificationType"] == kindMuted })
	if data["call"].(object)["monitoredUserMuted"] != true {
		t.Errorf("muted: %v", data)
	}
	dest.must(dest.path(own), "SwitchToListenIn")
	dest.must(device, "CancelSupervisorMonitoring")
	dest.state(released, "")
	if d := dest.get(device)["device"].(object); d["supervisorMonitoringState"] != nil {
		t.Errorf("device: %v", d)
	}
	agent.must(at, "Hangup")
}
