// SPDX-License-Identifier: MIT
#include "control/starting.hpp"

#include <algorithm>
#include <array>

namespace mcast::control {
namespace {

using namespace std::string_view_literals;

/// The most time from the start of a tool's process to its session's record. Opening the source and
/// the sockets takes milliseconds; an older process without a record was closed, or hangs.
constexpr double kStartSeconds = 10;
/// The most time from fork to exec, on a busy machine.
constexpr double kForkSeconds = 2;
/// More would be a loop, from processes that came and went while they were listed.
constexpr int kMostAncestors = 64;

/// Programs that run another one. Their children count as started by their parent.
constexpr std::array kWrappers{"sudo"sv,    "doas"sv,    "su"sv,      "env"sv,    "nice"sv,
                               "ionice"sv,  "nohup"sv,   "setsid"sv,  "time"sv,   "timeout"sv,
                               "taskset"sv, "chrt"sv,    "numactl"sv, "stdbuf"sv, "unshare"sv,
                               "xargs"sv,   "setpriv"sv, "nsenter"sv, "ip"sv,     "parallel"sv,
                               "strace"sv,  "runuser"sv, "flock"sv,   "chpst"sv,  "systemd-run"sv};

constexpr std::array kCommands{"status"sv,  "receivers"sv, "wait"sv,  "cancel"sv,    "close"sv,
                               "metrics"sv, "list"sv,      "start"sv, "drain"sv,     "keygen"sv,
                               "rate"sv,    "detach"sv,    "help"sv,  "completion"sv};

constexpr std::array kQuestions{"-h"sv, "--help"sv, "-V"sv, "--version"sv, "--help-errors"sv};

template <typename Values, typename Value>
bool contains(const Values& values, const Value& value) {
    return std::ranges::find(values, value) != std::ranges::end(values);
}

/// The pids of the parent of `pid`, its parent, and so on.
std::vector<std::int64_t> ancestors(const ProcessTable& processes, std::int64_t pid) {
    std::vector<std::int64_t> found;
    for (int i = 0; i < kMostAncestors; ++i) {
        const auto at = processes.find(pid);
        if (at == processes.end() || at->second.parent <= 0) break;
        pid = at->second.parent;
        if (processes.contains(pid)) found.push_back(pid);
    }
    return found;
}

/// Our ancestors up to the shell that ran the command: the parent, and those above it as long as
/// each is a wrapper, or a subshell of the next.
std::vector<std::int64_t> household(const ProcessTable& processes, std::int64_t self) {
    auto chain = ancestors(processes, self);
    std::size_t kept = std::min<std::size_t>(1, chain.size());
    while (kept > 0 && kept < chain.size()) {
        const auto& below = processes.at(chain[kept - 1]).name;
        if (!contains(kWrappers, below) && below != processes.at(chain[kept]).name) break;
        ++kept;
    }
    chain.resize(kept);
    return chain;
}

bool descends(const ProcessTable& processes, std::int64_t pid, std::int64_t from) {
    return contains(ancestors(processes, pid), from);
}

}  // namespace

std::string_view tool_of(Role role) {
    return role == Role::sender ? "mcsend" : "mcrecv";
}

bool is_transfer(const std::vector<std::string>& words) {
    if (words.size() > 1 && contains(kCommands, words[1])) return false;
    return std::ranges::none_of(words,
                                [](const std::string& word) { return contains(kQuestions, word); });
}

bool may_be_called(const std::vector<std::string>& words, std::string_view session) {
    session = session.substr(session.rfind('/') + 1);
    const auto says = [&](const std::string& word) {
        return word == session || word.ends_with("/" + std::string(session)) ||
               word.ends_with("=" + std::string(session));
    };
    if (session.empty() || std::ranges::any_of(words, says)) return true;
    // A receiver without a name on its command line takes any offer.
    const bool receives = !words.empty() && words.front().ends_with(tool_of(Role::receiver));
    return receives && std::ranges::none_of(words, [](const std::string& word) {
               return word.starts_with("--session");
           });
}

Starting find_starting(const ProcessTable& processes, std::int64_t self,
                       const std::vector<std::int64_t>& registered) {
    Starting found;
    const auto home = household(processes, self);
    const auto own = ancestors(processes, self);
    const auto may_become_the_tool = [&](std::int64_t pid, const ProcessView& process) {
        if (process.age_s > kForkSeconds || home.empty() || contains(own, pid)) return false;
        const bool forked = std::ranges::any_of(
            home, [&](std::int64_t one) { return processes.at(one).name == process.name; });
        return (forked || contains(kWrappers, process.name)) &&
               descends(processes, pid, home.back()) && !descends(processes, pid, self);
    };
    for (const auto& [pid, process] : processes) {
        if (pid == self) continue;
        if (process.transfers) {
            const bool begins = process.age_s <= kStartSeconds && !contains(registered, pid);
            if (begins) found.tools.push_back(pid);
        } else if (process.words.empty() && may_become_the_tool(pid, process)) {
            found.perhaps = true;
        }
    }
    return found;
}

bool is_relative(const ProcessTable& processes, std::int64_t self, std::int64_t other) {
    const auto home = household(processes, self);
    return !home.empty() && descends(processes, other, home.back());
}

}  // namespace mcast::control
