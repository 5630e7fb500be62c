package page

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Topic is what a step of a page is about. Some members are compared only where the page is about
// them, and a difference in them then breaks the step's own requirement.
type Topic string

// The topics.
const (
	AgentState Topic = "agent-state" // userState is compared, not what the device offers
	AnyCall    Topic = "call"        // nothing but what every notification of a call says
	Conference Topic = "conference"  // who is in the Established call
	Device     Topic = "device"      // do-not-disturb and forwarding, and what of them is offered
	Monitoring Topic = "monitoring"  // supervisorMonitoringState, there or not
	Mute       Topic = "mute"        // mute
	Recording  Topic = "recording"   // recordingState, what of recording is offered, GSIP_RECORD
	Transfer   Topic = "transfer"    // as call: a transfer has no members of its own
	UserData   Topic = "user-data"   // as call: the pairs of userData are compared everywhere
)

// byArea are the topics of pages that name none.
var byArea = map[string]Topic{
	"agent-state": AgentState, "calls": AnyCall, "conference": Conference, "devices": Device, "monitoring": Monitoring,
	"mute": Mute, "recording": Recording, "transfer": Transfer, "userdata": UserData,
}

func (t Topic) check() error {
	known := slices.Sorted(maps.Values(byArea))
	if slices.Contains(known, t) {
		return nil
	}
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	return fmt.Errorf("about %q is no topic, and the area has none; name one of %s", t, strings.Join(names, ", "))
}

// IsAbout reports whether a page or one of its notifications is about a topic.
func (p *Page) IsAbout(t Topic) bool {
	return p.About == t || slices.ContainsFunc(p.Notifications(), func(s *Step) bool { return s.About == t })
}
