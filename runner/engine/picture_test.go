package engine

import (
	"slices"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
)

// What a server shows otherwise, lists ever more of, or no more shows is told, each with its place.
func TestPictures(t *testing.T) {
	t.Parallel()
	take := func(text string) *picture {
		p := &picture{members: map[shownAt]string{}}
		p.add(shownAt{"agent", "/me/calls"}, recording.DecodeJSON([]byte(text)))
		return p
	}
	first, last := take(`{"calls":[{"id":"1"}],"same":true,"gone":1}`), take(`{"calls":[{"id":"2"},{"id":"3"}],"same":true}`)
	list, more := changed(first, last)
	want := []result.Changed{
		{Who: "agent", Path: "/me/calls calls 0 id", First: `"1"`, Last: `"2"`}, {Who: "agent", Path: "/me/calls calls 1 id", Last: `"3"`},
		{Who: "agent", Path: "/me/calls gone", First: "1"},
	}
	if !slices.Equal(list, want) || more != 0 || first.listed != 1 || last.listed != 2 {
		t.Errorf("%+v, %d more, %d and %d listed", list, more, first.listed, last.listed)
	}
	long := take(`{}`)
	for i := range mostChanged + 7 {
		long.members[shownAt{"agent", string(rune('a' + i))}] = "1"
	}
	if list, more := changed(take(`{}`), long); len(list) != mostChanged || more != 7 {
		t.Errorf("%d and %d more", len(list), more)
	}
}
