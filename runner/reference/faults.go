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
		faultsTransfer(), faultsConference(), faultsCalls(), faultsCapabilities(), faultsMessages(), faultsIdentity(),
		faultsReads(), faultsAgents(), faultsDevices(), faultsHTTP(), faultsSecurity(), faultsBayeux(),
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

func findFault(name string) (fault, bool) {
	for _, f := range allFaults() {
		if f.Name == name {
			return f, true
		}
	}
	return fault{}, false
}
