package reference

import "slices"

// bothCompletions is what a simulator of the sister API offers.
func bothCompletions(l *leg, list []string) []string {
	for _, op := range []string{"CompleteTransfer", "CompleteConference"} {
		if l.state == dialing && l.parent.live() && !slices.Contains(list, op) {
			list = append(list, op)
		}
	}
	return list
}

// unmuteAlways offers what the sample of its own page shows: UnmuteCall beside mute Off.
func unmuteAlways(h *hooks) {
	h.capabilities = append(h.capabilities, func(l *leg, list []string) []string {
		if l.state == established && l.mute == "Off" && slices.Contains(list, "MuteCall") && !slices.Contains(list, "UnmuteCall") {
			list = append(list, "UnmuteCall")
		}
		return list
	})
	refuses("UnmuteCall", func(x *exchange) bool { return x.leg != nil && x.leg.mute == "Off" })(h)
}
