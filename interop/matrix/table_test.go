package main

import (
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

func TestTable(t *testing.T) {
	of := func(v verdict.Verdict, rule string, broken ...string) verdict.Result {
		return verdict.Result{Case: &verdict.Case{Rules: []string{rule}}, Verdict: v, Broken: broken}
	}
	run := verdict.Run{Results: []verdict.Result{
		of(verdict.Pass, "6455-5.1-1"),
		of(verdict.NonStrict, "6455-7.1.7-5", "6455-7.1.7-5"),
		of(verdict.Fail, "6455-8.1-1", "6455-8.1-1"),
		of(verdict.Fail, "6455-5.2-3", "7692-7.2.1-6", "6455-8.1-1"),
		of(verdict.Error, "6455-8.1-2"),
		of(verdict.Unimplemented, "7692-6.2-1"),
		of(verdict.Informational, "6455-4.1-1"),
	}}
	c := config{peers: []peer{{title: "a/b", text: "never", deflate: "none of it"}}}
	const want = `| As a server | version | checks that text is UTF-8 | permessage-deflate | pass | non-strict | fail | declined | failed cases are about |
|---|---|---|---|---:|---:|---:|---:|---|
| a/b | v1.2.3 | never | none of it | 1 | 1 | 3 | 1 | 8.1: 2, RFC 7692 7.2.1: 1 |
`
	if got := c.table("As a server", []string{"v1.2.3"}, []verdict.Run{run}); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
