package reference

// telephoneFaults show where calls go through telephones: without its SIP side the server has none of them.
func telephoneFaults() []fault {
	return []fault{
		row("talk-not-asked", "PHONE-1", "Answer is accepted, and the telephone that rings is not asked to answer", func(h *hooks) { h.untalked = true }),
	}
}

// TelephoneFaults lists the faults of the SIP side. They are no part of Faults: a server without telephones does not show them.
func TelephoneFaults() []Fault {
	var list []Fault
	for _, f := range telephoneFaults() {
		list = append(list, f.Fault)
	}
	return list
}
