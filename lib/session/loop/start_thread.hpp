// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "base/result.hpp"

namespace mcast::session {

/// The error of a system that has no thread left for us.
inline std::unexpected<Error> no_thread(const std::system_error& error) {
    return fail(ErrorCode::unsupported,
                std::string("cannot start a thread: ") + error.code().message() +
                    ": raise the limit of processes (ulimit -u, or that of the container)",
                error.code().value());
}

/// Starts `body` on `thread`. False: the system has no thread left, which can happen at any time;
/// the caller goes on without a helper.
template <typename Body>
[[nodiscard]] bool start_helper(std::jthread& thread, Body&& body) {
    try {
        thread = std::jthread(std::forward<Body>(body));
        return true;
    } catch (const std::system_error&) {
        return false;
    }
}

/// Returns what `make` returns, or no_thread() if `make` needs a thread that the system does not
/// have: std::thread reports that by exception only.
template <typename Make>
[[nodiscard]] auto with_threads(Make&& make) -> decltype(make()) {
    try {
        return make();
    } catch (const std::system_error& error) {
        return no_thread(error);
    }
}

}  // namespace mcast::session
