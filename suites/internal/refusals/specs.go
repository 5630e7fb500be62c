package refusals

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/spec"
)

// Specs judges each case by its own requirement, and all of them by what holds for every refusal.
func Specs(cases ...Case) {
	var table []any
	for _, c := range cases {
		if !c.Harmless {
			table = append(table, Entry(c.Title, spec.Check(c.Name, c.Requirement), c))
		}
	}
	DescribeTable("refused", append([]any{func(c Case) {
		Expect(spec.Request(c.Label())).To(spec.BeRefused(c.Title))
	}}, table...)...)
	Common(cases...)
}

// Group judges many cases of one requirement in one check, which tells every one that was not refused.
func Group(name, title, requirement string, cases ...Case) {
	It(title, spec.Check(name, requirement), func() {
		Expect(spec.Mistakes(named(cases)...)).To(spec.AllBeRefused())
		spec.AllSent(named(cases)...)
	})
}

// Common judges what holds for all of the cases, whatever each of them is about.
func Common(cases ...Case) {
	formal := slices.DeleteFunc(slices.Clone(cases), func(c Case) bool { return c.Freeform || c.Malformed() })
	malformed := slices.DeleteFunc(slices.Clone(cases), func(c Case) bool { return !c.Malformed() })
	It("what is refused changes nothing", spec.Check("no-effect", "ERR-2"), func() {
		Expect(spec.Mistakes(named(cases)...)).To(spec.HaveNoEffect())
	})
	It("every refusal is a complete answer", spec.Check("answered", "HTTP-5"), func() {
		Expect(spec.Mistakes(named(cases)...)).To(spec.BeAnsweredWhole())
	})
	It("a refusal has statusCode and statusMessage and nothing else", spec.Check("error-form", "ERR-1"), func() {
		Expect(spec.Mistakes(named(formal)...)).To(spec.HaveRefusalForm())
	})
	It("a refusal is application/json", spec.Check("error-type", "HTTP-3"), func() {
		Expect(spec.Mistakes(named(formal)...)).To(spec.BeJSON())
	})
	if len(malformed) > 0 {
		It("what is no JSON is refused in the form of other refusals", spec.Check("malformed-form", "ERR-15"), func() {
			Expect(spec.Mistakes(named(malformed)...)).To(spec.HaveRefusalFormOf("ERR-15"))
		})
	}
	if slices.ContainsFunc(cases, func(c Case) bool { return len(c.Expect) > 0 }) {
		It("refusals have the statusCode of their cause", spec.Check("status-codes", "ERR-3"), func() {
			Expect(spec.Mistakes(named(cases)...)).To(spec.HaveStatusCodeOfCause())
		})
	}
}

// ChangeNothing judges that cases had no effect, however they were answered.
func ChangeNothing(name, title, requirement string, cases ...Case) {
	It(title, spec.Check(name, requirement), func() {
		Expect(spec.Mistakes(named(cases)...)).To(spec.ChangeNothing())
	})
}

// named are the requests of cases, as the matchers take them.
func named(cases []Case) []spec.Mistake {
	var out []spec.Mistake
	for _, c := range cases {
		out = append(out, spec.Mistake{Label: c.Label(), Because: c.Title, Expect: c.Expect, Harmless: c.Harmless})
	}
	return out
}
