package outcome

import (
	"reflect"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/voice"
)

// The members of supervisorMonitoringState that a parameter sets, and what they are without it.
var ofMonitoring = map[string]struct{ parameter, otherwise string }{
	"mode":  {"supervisorMonitoringMode", "AllCalls"},
	"scope": {"supervisorMonitoringScope", "Call"},
}

// asAsked reports whether a device shows the monitoring that an operation began: the state and the target, and the mode and the scope
// that the page names where the operation names none. Whether those that it names are shown, MONITOR-6 asks.
func asAsked(o *operation, shown voice.Monitoring) bool {
	if shown.State() != o.name {
		return false
	}
	if uri, is := o.Body()["targetDeviceUri"].(string); is && shown.TargetID() != "" && !voice.SameID(shown.TargetID(), voice.LastSegment(uri)) {
		return false
	}
	for member, of := range ofMonitoring {
		if value, said := shown[member]; said && o.Body()[of.parameter] == nil && value != of.otherwise {
			return false
		}
	}
	return true
}

// monitoringStays judges that a device goes on showing the monitoring that was begun, until another is begun, or it is cancelled. Where
// anybody has a call, what becomes of that is the server's: the next call may be all that was asked for.
func (t *timeline) monitoringStays(p *person) {
	var begun *operation
	var is voice.Monitoring
	next := 0
	for _, e := range p.devices {
		d := voice.DeviceOf(e, p.device)
		if d == nil {
			continue
		}
		for ; next < len(t.ops) && t.ops[next].At <= e.At; next++ {
			o := t.ops[next]
			to := voice.Find(o.name).To
			switch {
			case ofDevices[o.name] == "MONITOR-1" && o.who == p && o.Purpose != "": // nobody knows what else traffic is due to
				begun, is = o, nil
			case ofDevices[o.name] == "MONITOR-3" && o.who == p, to != voice.ToDevice && to != voice.ToChannel, o.name == "Offline":
				begun, is = nil, nil
			}
		}
		switch now := d.Monitoring(); {
		case begun == nil || begun.Scenario != e.Scenario || p.deaf.within(begun.At, e.At) || t.calling(begun.At, e.At):
		case is == nil:
			if asAsked(begun, now) {
				is = now
				t.judged["MONITOR-7"]++
			}
		case !reflect.DeepEqual(map[string]any(now), map[string]any(is)):
			t.find("MONITOR-7", judge.Finding{
				Entry: e, Path: "data.devices.0.supervisorMonitoringState", Expected: judge.Short(is) + ", as it was told before: nobody changed it",
				Observed: judge.Short(d["supervisorMonitoringState"]),
			})
			return
		}
	}
}

// calling reports whether anybody was told of a call in a span of time.
func (t *timeline) calling(from, to float64) bool {
	for _, role := range t.roles {
		if list := since(t.people[role].calls, from); len(list) > 0 && list[0].At <= to {
			return true
		}
	}
	return false
}
