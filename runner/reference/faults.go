package reference

import "slices"

// Fault is one deviation from the documents, and the requirement it breaks.
type Fault struct{ Name, Requirement, Description string }

type fault struct {
	Fault
	set func(*hooks)
}

// row makes a row of a table of faults.
func row(name, requirement, description string, set func(*hooks)) fault {
	return fault{Fault{name, requirement, description}, set}
}

func allFaults() []fault {
	return slices.Concat(
		faultsTransfer(), faultsConference(), faultsCalls(), faultsCapabilities(), faultsMessages(), faultsIdentity(), steadyFaults(),
		faultsReads(), faultsAgents(), faultsDevices(), faultsHTTP(), faultsSecurity(), faultsBayeux(),
		faultsDeep(), faultsCompany(), faultsWire(), faultsPolling(), faultsEverywhere(), belongingFaults(), atOnceFaults(), apartFaults(), faultsBeside(),
		monitoringFaults(), forwardingFaults(), faultsAgain(), faultsEnds(), afterwardsFaults(), asideFaults(), strangersDone(), looksFaults(), faultsLater(),
		faultsDone(),
	)
}

// Faults lists all faults, by area, always in the same order.
func Faults() []Fault {
	var list []Fault
	for _, f := range allFaults() {
		list = append(list, f.Fault)
	}
	return list
}

// HasFault reports whether there is a fault of that name, behind which may stand when it shows: hold-does-nothing@2 the second
// time, hold-does-nothing@2+ from then on, hold-does-nothing@30% by chance.
func HasFault(name string) bool { _, known := findFault(name); return known }

// findFault finds a fault by its name, behind which may stand when it shows.
func findFault(name string) (fault, bool) {
	plain, times, ok := sometimes(name)
	for _, f := range append(allFaults(), telephoneFaults()...) {
		if !ok || f.Name != plain {
			continue
		}
		if times != nil {
			f.Name, f.set = name, only(times, f.set)
		}
		return f, true
	}
	return fault{}, false
}
