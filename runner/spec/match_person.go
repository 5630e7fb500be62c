package spec

import (
	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
)

// Everybody are all people of the whole run, each with all that he was shown.
func Everybody() []*judge.Person {
	w := EverythingPlayed()
	if w.people == nil { // several checks ask, and a part of a long recording is much to go through
		w.people = judge.People(w.Cases(), w.Beside)
	}
	return w.people
}

// EverybodyHere are the people of the scenario.
func EverybodyHere() []*judge.Person { return judge.People([]*judge.Case{Case()}, nil) }

// eachPerson judges all that each person was shown; a spec about nothing ends. n is how much there was to judge.
func eachPerson(what string, judged func(p *judge.Person) (found []judge.Finding, n int)) types.GomegaMatcher {
	return match(func(list []*judge.Person) []judge.Finding {
		var out []judge.Finding
		n := 0
		for _, p := range list {
			found, some := judged(p)
			out, n = append(out, found...), n+some
		}
		if w := EverythingPlayed(); n == 0 && w != nil {
			w.nothing(what)
		} else if n == 0 {
			NotPlayedOrBlocked(what, "there was no "+what[2:])
		}
		return judge.InOrder(out)
	})
}

// ofDevices judges what each person is notified of devices.
func ofDevices(judged func(*judge.Person) []judge.Finding) types.GomegaMatcher {
	return eachPerson("a device notification", func(p *judge.Person) ([]judge.Finding, int) { return judged(p), p.Devices() })
}

// TellOnlyOfOwnDevices judges that nobody is notified of a device of others.
func TellOnlyOfOwnDevices() types.GomegaMatcher { return ofDevices((*judge.Person).OwnDevices) }

// ReadOnlyOwnDevices judges that nobody reads a device of others as his own.
func ReadOnlyOwnDevices() types.GomegaMatcher {
	return eachPerson("a read of devices", (*judge.Person).OwnDeviceReads)
}

// TellOfDevicesOnce judges that each change of a device is notified once.
func TellOfDevicesOnce() types.GomegaMatcher { return ofDevices((*judge.Person).DevicesOnce) }

// ShowDeviceValues judges that devices have documented values and their person's number.
func ShowDeviceValues() types.GomegaMatcher { return ofDevices((*judge.Person).DeviceValues) }

// OfferWhatDevicesDo judges what devices offer.
func OfferWhatDevicesDo() types.GomegaMatcher { return ofDevices((*judge.Person).DeviceCapabilities) }

// UseTheWordsOfThePages judges that devices use names that the pages know.
func UseTheWordsOfThePages() types.GomegaMatcher { return ofDevices((*judge.Person).DeviceWords) }

// ShowSystemStates judges that system-defined agent states have their documented ids, names and work modes.
func ShowSystemStates() types.GomegaMatcher { return ofDevices((*judge.Person).AgentStates) }

// ReadDevicesAsNotified judges that devices are read as they were notified.
func ReadDevicesAsNotified() types.GomegaMatcher {
	return eachPerson("a device that was read after it was notified", (*judge.Person).DeviceReads)
}
