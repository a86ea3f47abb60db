// SPDX-License-Identifier: MIT
#include "session/send/sender_wait_text.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "session/send/failure_text.hpp"
#include "session/silence_words.hpp"

namespace mcast::session {
namespace {

constexpr std::size_t kMostNamed = 3;

std::string receivers(std::size_t count) {
    return fmt::format("{} receiver{}", count, count == 1 ? "" : "s");
}

// "lab-01, lab-02, lab-03 and 2 more".
std::string first_of(std::span<const std::string> names) {
    const auto shown = names.first(std::min(names.size(), kMostNamed));
    auto named = fmt::format("{}", fmt::join(shown, ", "));
    if (shown.size() == names.size()) return named;
    return fmt::format("{} and {} more", named, names.size() - kMostNamed);
}

std::string receivers_text(const protocol::SenderWait& wait) {
    const auto text = fmt::format("{} more of {} receivers", wait.count, wait.wanted);
    return wait.names.empty() ? text : text + ": " + some_of(wait.names);
}

std::string output_text(const protocol::SenderWait& wait, Duration limit) {
    const std::string& name = wait.names.front();
    if (wait.silence == Duration::zero()) return name + " to write out what it has";
    return fmt::format("{}, {}: its output is written in order", name,
                       silence_text(wait.silence, limit));
}

std::string whom(const protocol::SenderWait& wait, Duration limit) {
    using Kind = protocol::SenderWait::Kind;
    switch (wait.kind) {
        case Kind::nothing:
            return {};
        case Kind::first:
            return "the first receiver";
        case Kind::receivers:
            return receivers_text(wait);
        case Kind::verification:
            return receivers(wait.count) + " to verify";
        case Kind::readers:
            return fmt::format("the command{} of {} to end", wait.names.size() == 1 ? "" : "s",
                               first_of(wait.names));
        case Kind::repair:
            return receivers(wait.count) + " to get what is missing";
        case Kind::silent:
            return first_of(wait.names) + ", " + silence_text(wait.silence, limit);
        case Kind::output:
            return output_text(wait, limit);
        case Kind::buffer:
            return wait.names.front() + " to verify what fills the buffer";
        case Kind::content:
            return "more content from the source";
    }
    return {};
}

}  // namespace

std::string wait_text(const protocol::SenderWait& wait, Duration limit) {
    const auto text = whom(wait, limit);
    return text.empty() ? text : "waiting for " + text;
}

}  // namespace mcast::session
