package suites

import (
	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/suites/calls"
	"github.com/voicespec/voicespec/suites/conference"
	"github.com/voicespec/voicespec/suites/notifications"
	"github.com/voicespec/voicespec/suites/reads"
	"github.com/voicespec/voicespec/suites/states"
	"github.com/voicespec/voicespec/suites/throughout"
	"github.com/voicespec/voicespec/suites/userdata"
)

// written are the scenarios that no page shows, a package for each area.
func written() [][]*scenario.Scenario {
	return [][]*scenario.Scenario{notifications.Scenarios(), throughout.Scenarios(), states.Scenarios(), reads.Scenarios(), userdata.Scenarios(), calls.Scenarios(), conference.Scenarios()}
}
