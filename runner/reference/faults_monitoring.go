package reference

import "slices"

// monitoringFaults lose what a supervisor's device was set to, or mix it up with what it was set to before.
func monitoringFaults() []fault {
	kinds := []string{"ListenIn", "Coach", "BargeIn"}
	began := func(f func(x *exchange, was monitoring)) func(*hooks) { // where another monitoring went before
		before := map[*agent]monitoring{}
		return onNotes("", func(x *exchange, notes []*note) []*note {
			if !slices.Contains(kinds, x.op) || x.agent.monitor == nil {
				if x.agent.monitor == nil {
					delete(before, x.agent)
				}
				return notes
			}
			if was, had := before[x.agent]; had {
				f(x, was)
				notes[0] = x.s.deviceNote(x.agent)
			}
			before[x.agent] = *x.agent.monitor
			return notes
		})
	}
	refused := func(f func(x *exchange)) func(*hooks) {
		return func(h *hooks) {
			h.refused = append(h.refused, func(x *exchange, err *apiError) *apiError {
				if slices.Contains(kinds, x.op) && x.agent.monitor != nil {
					f(x)
				}
				return err
			})
		}
	}
	by := func(op string, f func(a *agent)) func(*hooks) {
		return onNotes(op, func(x *exchange, notes []*note) []*note {
			if x.agent.monitor != nil {
				f(x.agent)
				notes[0] = x.s.deviceNote(x.agent)
			}
			return notes
		})
	}
	ends := func(a *agent) { a.monitor = nil }
	return []fault{
		row("second-monitoring-shows-first-mode", "MONITOR-1", "monitoring that is begun while there is another shows the mode of that",
			began(func(x *exchange, was monitoring) { x.agent.monitor.mode = was.mode })),
		row("second-monitoring-shows-first-scope", "MONITOR-1", "monitoring that is begun while there is another shows the scope of that",
			began(func(x *exchange, was monitoring) { x.agent.monitor.scope = was.scope })),
		row("second-monitoring-shows-first-target", "MONITOR-1", "monitoring that is begun while there is another shows the target of that",
			began(func(x *exchange, was monitoring) { x.agent.monitor.target = was.target })),
		row("second-monitoring-shows-first-state", "MONITOR-1", "monitoring that is begun while there is another shows the state of that",
			began(func(x *exchange, was monitoring) { x.agent.monitor.state = was.state })),
		row("refused-monitoring-cancels", "DEVICE-13", "monitoring that is refused ends the one that there is, and nobody is told",
			refused(func(x *exchange) { x.agent.monitor = nil })),
		row("refused-monitoring-changes-mode", "DEVICE-13", "monitoring that is refused makes the one that there is one of the next call",
			refused(func(x *exchange) {
				m := *x.agent.monitor
				m.mode = "NextCall"
				if x.agent.monitor.mode == m.mode {
					m.mode = "AllCalls"
				}
				x.agent.monitor = &m
			})),
		row("do-not-disturb-ends-monitoring", "MONITOR-7", "DoNotDisturbOn ends monitoring", by("DoNotDisturbOn", ends)),
		row("forwarding-ends-monitoring", "MONITOR-7", "monitoring ends where forwarding does", by("ForwardCallsOff", ends)),
		row("ready-changes-monitoring", "MONITOR-7", "Ready changes the scope of monitoring", by("Ready", func(a *agent) {
			m := *a.monitor
			m.scope = "Agent"
			if a.monitor.scope == m.scope {
				m.scope = "Call"
			}
			a.monitor = &m
		})),
	}
}

// forwardingFaults are of a device with more than one setting.
func forwardingFaults() []fault {
	undisturbed := func(p pick) pick {
		return func(x *exchange, n *note) bool { return p(x, n) && x.agent.doNotDisturb == "On" }
	}
	return []fault{
		row("forwarding-beside-do-not-disturb-unnoticed", "DEVICE-4", "ForwardCallsOn is not notified while do-not-disturb is on",
			drop("ForwardCallsOn", undisturbed(own("")))),
		row("forwarding-hidden-by-do-not-disturb", "DEVICE-4", "forwardTo is not shown while do-not-disturb is on", devices(func(a *agent, d object) {
			if a.doNotDisturb == "On" {
				delete(d, "forwardTo")
			}
		})),
	}
}
