// SPDX-License-Identifier: MIT
#include "cli/source_check.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/view/units.hpp"

namespace mcast::cli {
namespace {

namespace fs = std::filesystem;

constexpr double kLong = 86400;  // people leave a transfer alone for a night, but not for days

// The kind of something that cannot be sent; empty for a file, a block device, or if nothing is
// there.
std::string_view kind_of(const std::string& path) {
    std::error_code ignored;
    switch (fs::status(path, ignored).type()) {
        case fs::file_type::directory:
            return "a folder";
        case fs::file_type::fifo:
            return "a pipe";
        case fs::file_type::socket:
            return "a socket";
        case fs::file_type::character:
            return "a character device";
        default:
            return {};
    }
}

// A command's name after an option or another word does not count as a command.
std::optional<Objection> late_command(const std::vector<std::string>& paths, const Grammars& all) {
    for (const auto& word : paths) {
        const auto named = std::ranges::find(all.own.commands, word, &Form::command);
        if (named == all.own.commands.end() || is_there(word)) continue;
        return Objection{
            fmt::format("there is no file '{}', and a command is the first word", word),
            fmt::format("did you mean {}?", named->name)};
    }
    return {};
}

// Text from a web page or a mail can have long dashes, which no keyboard has.
std::optional<Objection> typeset_dash(const std::vector<std::string>& paths) {
    for (const auto& word : paths) {
        for (const std::string_view dash : {"\u2010", "\u2013", "\u2014", "\u2212"}) {
            if (!word.starts_with(dash) || is_there(word)) continue;
            const auto letters = word.find_first_of("abcdefghijklmnopqrstuvwxyz");
            const auto name = word.substr(std::min(letters, word.size()));
            return Objection{fmt::format("there is no file '{}'", word),
                             fmt::format("did you mean {}{}, with plain dashes?",
                                         name.size() > 1 ? "--" : "-", name)};
        }
    }
    return {};
}

}  // namespace

bool is_there(const std::string& path) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path, ignored));
}

std::optional<Objection> source_objection(const std::vector<std::string>& paths,
                                          const Grammars& all) {
    if (paths.empty()) return Objection{"nothing to send: name a file", "mcsend FILE"};
    if (auto late = late_command(paths, all)) return late;
    if (auto dash = typeset_dash(paths)) return dash;
    if (paths.size() > 1) {
        return Objection{
            fmt::format("one regular file can be sent at a time, and these are {}", paths.size()),
            "pack them into one with tar, or run mcsend for each"};
    }
    const auto& path = paths.front();
    if (path.empty()) return Objection{"the path is empty", "name a file"};
    if (path == "-") return {};
    const auto kind = kind_of(path);
    if (kind.empty()) return {};
    if (kind == "a pipe")
        return Objection{path + " is a pipe",
                         fmt::format("mcsend - <{} sends what it yields", path)};
    return Objection{fmt::format("{} is {}, and only a regular file, a block device or standard "
                                 "input can be sent",
                                 path, kind),
                     kind == "a folder" ? fmt::format("tar c {} | mcsend -", path)
                                        : "copy it into a file first"};
}

std::optional<std::string> long_duration(const std::string& name, double bytes,
                                         std::optional<std::uint64_t> rate_bps) {
    if (!rate_bps || *rate_bps == 0) return {};
    const double seconds = 8 * bytes / static_cast<double>(*rate_bps);
    if (seconds <= kLong) return {};
    return fmt::format("at {} {} ({}) takes {:.1f} days",
                       format_rate(static_cast<double>(*rate_bps)), name,
                       format_bytes(static_cast<std::uint64_t>(bytes)), seconds / kLong);
}

}  // namespace mcast::cli
