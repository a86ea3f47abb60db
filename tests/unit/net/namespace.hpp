// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

/// Runs `body` in a new, empty network namespace that ends with it, on a thread of its own, while
/// the caller waits. Without the right to make one (root) the test warns and goes on: false.
bool in_namespace(const std::function<void()>& body);

/// Runs a command there; the test fails if the command does.
void run(const std::string& command);
