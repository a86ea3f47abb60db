// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <initializer_list>

/// A system call that fails; with `option`, only where its third argument is that (the name of a
/// socket option).
struct Refused {
    int call;
    int option = -1;
};

/// Runs `body` on a thread of its own, for which each of `calls` (SYS_...) fails with `error`, as
/// in a container whose seccomp profile does not allow it. False, with a warning: this machine has
/// no seccomp.
bool in_sandbox(std::initializer_list<Refused> calls, int error, const std::function<void()>& body);
