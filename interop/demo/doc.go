// Package demo tests the rooms of ws demo as people meet them: the real program, and pages in Chromium that are clicked
// and typed into. It drives Chromium by the DevTools protocol over a connection of this library (devtools_test.go), page
// by page (page_test.go), and starts, ends and restarts the program (site_test.go). Several processes with one chat, and
// what is behind and before them, are in cluster_test.go and broker_test.go.
//
// Screenshots are written to the folder that the environment variable SCREENSHOTS names.
package demo
