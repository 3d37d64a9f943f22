// Package tool tests the ws command, as the program that it is, between other
// implementations: ws proxy shows and records a chat between Chromium and the
// npm package ws, and ws replay has it happen again; ws connect puts a question
// to Chromium, to Node and to the npm package ws, and ends with the answer.
package tool
