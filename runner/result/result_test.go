package result_test

import (
	"testing"

	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

func check(level requirement.Level, outcome result.Outcome) result.Check {
	return result.Check{Level: level, Outcome: outcome}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	const req, rec, inf = requirement.Required, requirement.Recommended, requirement.Informative
	for _, tt := range []struct {
		name     string
		gate     requirement.Level
		checks   []result.Check
		problems []string
		want     result.Verdict
		code     int
	}{
		{"nothing at all", req, nil, nil, result.NotTested, 3},
		{"passed", req, []result.Check{check(req, result.Passed)}, nil, result.Conforms, 0},
		{"failed", req, []result.Check{check(req, result.Passed), check(req, result.Failed)}, nil, result.DoesNotConform, 1},
		{"only a failure", req, []result.Check{check(req, result.Failed)}, nil, result.DoesNotConform, 1},
		{"recommended failed", req, []result.Check{check(req, result.Passed), check(rec, result.Failed)}, nil, result.Conforms, 0},
		{"recommended failed, and gate there", rec, []result.Check{check(req, result.Passed), check(rec, result.Failed)}, nil, result.DoesNotConform, 1},
		{"informative failed", rec, []result.Check{check(req, result.Passed), check(inf, result.Failed)}, nil, result.Conforms, 0},
		{"only an informative failure was judged", req, []result.Check{check(inf, result.Failed)}, nil, result.Conforms, 0},
		{"blocked", req, []result.Check{check(req, result.Passed), check(req, result.Blocked)}, nil, result.DoesNotConform, 1},
		{"recommended blocked", req, []result.Check{check(req, result.Passed), check(rec, result.Blocked)}, nil, result.Conforms, 0},
		{"only recommended blocked", req, []result.Check{check(rec, result.Blocked)}, nil, result.NotTested, 3},
		{"known failure", req, []result.Check{check(req, result.KnownFailure)}, nil, result.Conforms, 0},
		{"untestable", req, []result.Check{check(req, result.Passed), check(req, result.Untestable)}, nil, result.ConformsInPart, 0},
		{"not selected", req, []result.Check{check(req, result.Passed), check(req, result.NotSelected)}, nil, result.ConformsInPart, 0},
		{"not applicable", req, []result.Check{check(req, result.Passed), check(req, result.NotApplicable)}, nil, result.Conforms, 0},
		{"recommended untestable", req, []result.Check{check(req, result.Passed), check(rec, result.Untestable)}, nil, result.Conforms, 0},
		{"recommended untestable, and gate there", rec, []result.Check{check(req, result.Passed), check(rec, result.Untestable)}, nil, result.ConformsInPart, 0},
		{"failed, the rest not selected", req, []result.Check{check(req, result.Failed), check(req, result.NotSelected)}, nil, result.DoesNotConform, 1},
		{"all untestable", req, []result.Check{check(req, result.Untestable)}, nil, result.NotTested, 3},
		{"all neutral", req, []result.Check{check(req, result.NotApplicable), check(req, result.NotSelected)}, nil, result.NotTested, 3},
		{"a stale entry", req, []result.Check{check(req, result.Passed)}, []string{"stale"}, result.DoesNotConform, 1},
		{"an unknown level", req, []result.Check{check(req, result.Passed), check("odd", result.Failed)}, nil, result.Conforms, 0},
	} {
		r := &result.Report{Gate: tt.gate, Checks: tt.checks, KnownFailureProblems: tt.problems}
		r.Count()
		r.Decide()
		if r.Outcome != tt.want || r.ExitCode() != tt.code {
			t.Errorf("%s: %s, exit code %d, want %s, %d", tt.name, r.Outcome, r.ExitCode(), tt.want, tt.code)
		}
		if (r.Outcome == result.NotTested) != (r.Reason != "") {
			t.Errorf("%s: reason %q", tt.name, r.Reason)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	r := &result.Report{Checks: []result.Check{check("", result.Passed), check("", result.Passed), check("", result.Blocked)}}
	r.Count()
	if len(r.Counts) != len(result.Outcomes) || r.Counts[result.Passed] != 2 || r.Counts[result.Blocked] != 1 || r.Counts[result.Failed] != 0 {
		t.Errorf("%v", r.Counts)
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	for verdict, want := range map[result.Verdict]int{
		result.Conforms: 0, result.ConformsInPart: 0, result.DoesNotConform: 1, result.NotTested: 3, "": result.ExitInternal, "odd": result.ExitInternal,
	} {
		if got := (&result.Report{Outcome: verdict}).ExitCode(); got != want {
			t.Errorf("%q: %d, want %d", verdict, got, want)
		}
		if verdict == result.ConformsInPart {
			want = 1
		}
		if got := (&result.Report{Outcome: verdict, Selection: &result.Selection{Complete: true}}).ExitCode(); got != want {
			t.Errorf("%q, complete: %d, want %d", verdict, got, want)
		}
	}
}

func TestAReasonIsKept(t *testing.T) {
	t.Parallel()
	r := &result.Report{Reason: "connection refused"}
	r.Decide()
	if r.Reason != "connection refused" {
		t.Errorf("%q", r.Reason)
	}
}

func TestNotJudgedIsCountedByReason(t *testing.T) {
	t.Parallel()
	of := func(level requirement.Level, outcome result.Outcome, why string) result.Check {
		return result.Check{Level: level, Outcome: outcome, Message: why}
	}
	const req, rec = requirement.Required, requirement.Recommended
	r := &result.Report{Gate: req, Checks: []result.Check{
		of(req, result.Passed, ""), of(req, result.KnownFailure, "x"), of(req, result.NotApplicable, "not claimed"),
		of(req, result.NotSelected, ""), of(req, result.Untestable, "no destination"), of(req, result.Untestable, "no destination"),
		of(rec, result.NotSelected, ""), of(rec, result.Failed, "y"),
	}}
	r.Decide()
	if r.Outcome != result.ConformsInPart || len(r.NotJudged) != 2 || r.NotJudged[0].Checks != 2 || r.NotJudged[0].Reason != "no destination" ||
		r.NotJudged[1] != (result.NotJudged{Outcome: result.NotSelected, Reason: "not selected", Checks: 1}) {
		t.Errorf("%s %+v", r.Outcome, r.NotJudged)
	}
	if judged, applicable := r.Judged(); judged != 2 || applicable != 5 {
		t.Errorf("%d of %d judged", judged, applicable)
	}
}
