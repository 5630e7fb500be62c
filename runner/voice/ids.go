package voice

import (
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
)

// IDsIn are the ids of users, devices and calls that a notification or an answer shows.
func IDsIn(e *recording.Entry) []string {
	var ids []string
	show := func(c Call) { ids = append(ids, c.ID(), c.UUID(), c.ConnID()) }
	switch e.Kind {
	case recording.KindMessage:
		show(CallOf(e))
		for d := range DevicesOf(e) {
			ids = append(ids, d.ID())
		}
	case recording.KindRest:
		user := UserIn(e)
		listed, _ := CallsIn(e)
		own, _ := user.Calls()
		for _, c := range slices.Concat(listed, own, []Call{CallIn(e)}) {
			show(c)
		}
		for _, d := range ShownIn(e) {
			ids = append(ids, d.ID())
		}
		ids = append(ids, user.ID())
	default:
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}
