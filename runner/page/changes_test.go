package page_test

import (
	"slices"

	"github.com/voicespec/voicespec/runner/page"
)

// change is one that a comparison must find.
type change struct {
	name  string
	path  string
	other bool // it makes the message tell of another change than the page's: the player waits on
	make  func()
}

// changesOf are those of the members of a live message that its step is compared in.
func changesOf(s *page.Step, message map[string]any) []change {
	data, _ := message["data"].(map[string]any)
	if call, ok := data["call"].(map[string]any); ok {
		return changesOfCall(s, data, call)
	}
	devices, _ := data["devices"].([]any)
	device, _ := devices[0].(map[string]any)
	return changesOfDevice(s, device)
}

func put(object map[string]any, member string, value any) func() {
	return func() { object[member] = value }
}

func without(object map[string]any, member string) func() {
	return func() { delete(object, member) }
}

func changesOfCall(s *page.Step, data, call map[string]any) []change {
	var out []change
	add := func(name, member string, other bool, change func()) {
		out = append(out, changed(name, "data.call."+member, other, change))
	}
	if data["notificationType"] != nil {
		out = append(out, changed("another type", "data.notificationType", false, put(data, "notificationType", "another")))
	}
	for _, member := range []string{"callType", "mute", "supervisorListeningIn", "monitoredUserMuted", "monitoring"} {
		if _, shown := call[member]; !shown {
			continue
		}
		add("another value", member, member == "mute" || member == "monitoredUserMuted", put(call, member, "another"))
		if member != "monitoring" { // it came with a later version
			add("no", member, false, without(call, member))
		}
	}
	if call["dnis"] != nil {
		add("another number", "dnis", false, put(call, "dnis", "nobody"))
	}
	if call["recordingState"] != nil && s.About == page.Recording {
		add("another state", "recordingState", true, put(call, "recordingState", "another"))
	}
	if list, ok := call["capabilities"].([]any); ok && s.About == page.Recording {
		add("a wrong offer", "capabilities", false, put(call, "capabilities", toggled(list, "StartCallRecording")))
	}
	if list, ok := call["participants"].([]any); ok && len(list) > 0 {
		first, _ := list[0].(map[string]any)
		add("another party", "participants", false, put(first, "phoneNumber", "nobody"))
		add("a party less", "participants", false, put(call, "participants", list[1:]))
		add("a party more", "participants", false, put(call, "participants", append(list, map[string]any{"phoneNumber": "nobody"})))
	}
	if pairs, ok := call["userData"].(map[string]any); ok && len(pairs) > 0 {
		for key := range pairs {
			add("another value", "userData", false, put(pairs, key, "another"))
			add("a pair less", "userData", false, without(pairs, key))
			break
		}
	}
	return out
}

func changesOfDevice(s *page.Step, device map[string]any) []change {
	const at = "data.devices.0."
	out := []change{changed("another device", "data.devices", true, put(device, "id", "another"))}
	for _, member := range []string{"doNotDisturb", "forwardTo", "deviceState"} {
		if device[member] != nil {
			other := member != "deviceState" && s.About != page.AgentState
			// What every device has and this one has not is a matter of its form: the notification is the awaited one.
			lacking := other && member == "forwardTo"
			out = append(out, changed("another value", at+member, other, put(device, member, "another")), changed("no", at+member, lacking, without(device, member)))
		}
	}
	if state, ok := device["userState"].(map[string]any); ok && s.About == page.AgentState {
		for _, member := range []string{"id", "displayName", "state", "workMode"} {
			out = append(out, changed("another value", at+"userState."+member, member == "state" || member == "workMode", put(state, member, "another")))
		}
	}
	monitoring, ok := device["supervisorMonitoringState"].(map[string]any)
	switch {
	case ok:
		for _, member := range []string{"state", "mode", "scope", "targetDeviceUri"} {
			out = append(out, changed("another value", at+"supervisorMonitoringState."+member, member == "state", put(monitoring, member, "another")))
		}
		out = append(out, changed("no", at+"supervisorMonitoringState", true, without(device, "supervisorMonitoringState")))
	case s.About == page.Monitoring:
		out = append(out, changed("a state more", at+"supervisorMonitoringState", true, put(device, "supervisorMonitoringState", map[string]any{})))
	}
	if list, ok := device["capabilities"].([]any); ok && s.About != page.AgentState {
		switched := "DoNotDisturbOn" // both of a pair: that neither is offered is the target's choice
		if slices.Contains(list, any(switched)) {
			switched = "DoNotDisturbOff"
		}
		if s.About == page.Monitoring {
			switched = "CancelSupervisorMonitoring"
		}
		out = append(out, changed("a wrong offer", at+"capabilities", false, put(device, "capabilities", toggled(list, switched))))
	}
	return out
}

func changed(name, path string, other bool, build func()) change {
	return change{name: name, path: path, other: other, make: build}
}

// toggled takes an operation out of a list, or puts it in.
func toggled(list []any, operation string) []any {
	if i := slices.Index(list, any(operation)); i >= 0 {
		return slices.Delete(slices.Clone(list), i, i+1)
	}
	return append(slices.Clone(list), operation)
}
