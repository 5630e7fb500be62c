package reference

// dataChanged notifies a change of user data; a live server was seen to tell
// the other agent too.
func (x *exchange) dataChanged(l *leg) {
	x.changed(l, kindData)
	if !x.s.hooks.notifyPeers {
		return
	}
	for _, p := range l.peers {
		if p.data == l.data {
			x.changed(p, kindData)
		}
	}
}

// mergeUserData is AttachUserData and UpdateUserData. Attaching a key twice
// makes a duplicate in T-Server's data; in JSON the newest value shows.
func mergeUserData(x *exchange, l *leg) *apiError {
	pairs, err := userData(x.body)
	if err != nil {
		return err
	}
	if pairs == nil {
		return missing("userData")
	}
	if err := l.data.roomFor(pairs); err != nil {
		return err
	}
	l.data.merge(pairs)
	x.dataChanged(l)
	return nil
}

func deleteUserData(x *exchange, l *leg) *apiError {
	clear(l.data.pairs)
	x.dataChanged(l)
	return nil
}

func deleteUserDataPair(x *exchange, l *leg) *apiError {
	k, err := text(x.body, "key")
	if err != nil {
		return err
	}
	delete(l.data.pairs, k)
	x.dataChanged(l)
	return nil
}
