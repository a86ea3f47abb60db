// SPDX-License-Identifier: MIT
#include "cli/view/openmetrics.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/view/text.hpp"
#include "control/status_names.hpp"
#include "control/status_rules.hpp"

namespace mcast::cli {
namespace {

using control::kNamesOf;
using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;
using Sessions = std::span<const Status>;

constexpr double kBitsPerByte = 8;
constexpr double kPercent = 100;

// Names come from the network: characters that could move a cursor or end a line are replaced.
std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : printable(text)) {
        if (c == '\\' || c == '"') safe += '\\';
        safe += c;
    }
    return safe;
}

// The samples of one family, after its metadata; nothing without samples.
class Family {
  public:
    Family(std::string_view name, std::string_view type, std::string_view unit,
           std::string_view help)
        : name_(name), suffix_(type == "counter" ? "_total" : "") {
        head_ = fmt::format("# TYPE {} {}\n", name, type);
        if (!unit.empty()) head_ += fmt::format("# UNIT {} {}\n", name, unit);
        head_ += fmt::format("# HELP {} {}\n", name, help);
    }

    void add(Labels labels, double value, int decimals = -1) {
        std::string list;
        for (const auto& [key, text] : labels) {
            list += fmt::format("{}{}=\"{}\"", list.empty() ? "" : ",", key, escaped(text));
        }
        const auto number =
            decimals < 0 ? fmt::format("{}", value) : fmt::format("{:.{}f}", value, decimals);
        samples_ += fmt::format("{}{}{{{}}} {}\n", name_, suffix_, list, number);
    }
    [[nodiscard]] std::string text() const { return samples_.empty() ? "" : head_ + samples_; }

  private:
    std::string name_;
    std::string suffix_;
    std::string head_;
    std::string samples_;
};

struct SessionRow {
    std::string_view name, type, unit, help;
    std::optional<double> (*value)(const Status&);
    int decimals = -1;
};

template <typename T>
std::optional<double> number(const std::optional<T>& value) {
    return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

std::optional<double> number(std::uint64_t value) {
    return static_cast<double>(value);
}

double unix_seconds(WallTime time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

using Value = std::optional<double>;
constexpr int kMillis = 3;

// The ratio stays below 1 until success, even with every byte: content is not complete until it is
// verified.
Value progress_ratio(const Status& s) {
    constexpr double kMost = 0.999;
    if (s.state == State::success) return 1;
    const auto size = control::progress_size(s);
    if (size.value_or(0) == 0) return 0;
    return std::min(static_cast<double>(s.bytes_reached) / static_cast<double>(*size), kMost);
}

const std::array kSessionRows{
    SessionRow{"mcast_session_start_timestamp_seconds", "gauge", "seconds",
               "When the session began.",
               [](const Status& s) -> Value { return unix_seconds(s.started); }, kMillis},
    SessionRow{"mcast_session_end_timestamp_seconds", "gauge", "seconds", "When it ended.",
               [](const Status& s) -> Value {
                   return s.ended ? Value(unix_seconds(*s.ended)) : std::nullopt;
               },
               kMillis},
    SessionRow{"mcast_session_elapsed_seconds", "gauge", "seconds",
               "Time since the start; stands still after the end.",
               [](const Status& s) -> Value { return s.elapsed_s; }, kMillis},
    SessionRow{"mcast_session_eta_seconds", "gauge", "seconds",
               "Time that the rest takes; absent while unknown.",
               [](const Status& s) { return s.eta_s; }, kMillis},
    SessionRow{"mcast_session_progress_ratio", "gauge", "ratio",
               "Part that is done, 1 exactly with success; a failed one keeps what it reached.",
               progress_ratio},
    SessionRow{"mcast_session_size_bytes", "gauge", "bytes",
               "Size of the content; absent while unknown.",
               [](const Status& s) { return number(s.bytes_total); }},
    SessionRow{"mcast_session_done_bytes", "gauge", "bytes",
               "Content that is stored, at the slowest receiver that counts.",
               [](const Status& s) { return number(s.bytes_done); }},
    SessionRow{
        "mcast_session_rate_bytes_per_second", "gauge", "",
        "Content per second, over the last second or so.",
        [](const Status& s) -> Value { return static_cast<double>(s.rate_bps) / kBitsPerByte; }},
    SessionRow{"mcast_session_bytes", "counter", "bytes",
               "UDP payload of all packets sent, or received.",
               [](const Status& s) { return number(s.stats.bytes); }},
    SessionRow{"mcast_session_packets", "counter", "", "Data packets sent, or received.",
               [](const Status& s) { return number(s.stats.packets); }},
    SessionRow{"mcast_session_lost_packets", "counter", "",
               "Gaps in the sequence numbers that a receiver saw.",
               [](const Status& s) { return number(s.stats.lost); }},
    SessionRow{"mcast_session_repairs", "counter", "",
               "Repair packets sent, or symbols mended by them.",
               [](const Status& s) { return number(s.stats.repaired); }},
    SessionRow{"mcast_session_nacks", "counter", "", "Requests for repair received, or sent.",
               [](const Status& s) { return number(s.stats.nacks); }},
    SessionRow{"mcast_session_host_dropped_packets", "counter", "",
               "Datagrams that the receiving socket had no room for.",
               [](const Status& s) { return number(s.stats.dropped_by_host); }},
    SessionRow{"mcast_session_foreign_packets", "counter", "",
               "Datagrams that claimed to belong here, and were dropped.",
               [](const Status& s) { return number(s.stats.foreign); }},
    SessionRow{"mcast_session_malformed_packets", "counter", "",
               "Datagrams that were no message, or one of impossible content.",
               [](const Status& s) { return number(s.stats.malformed); }},
    SessionRow{"mcast_session_unopened_packets", "counter", "",
               "Datagrams that were sealed with another key or none, changed, or heard before.",
               [](const Status& s) { return number(s.stats.unopened); }},
    SessionRow{"mcast_session_refused_joins", "counter", "",
               "Joins that found no place, or whose node id is another's.",
               [](const Status& s) { return number(s.stats.refused); }},
    SessionRow{"mcast_session_unserved_requests", "counter", "",
               "Requests of receivers that had asked for much more than they can have missed.",
               [](const Status& s) { return number(s.stats.unserved); }},
};

struct ReceiverRow {
    std::string_view name, unit, help;
    Value (*value)(const ReceiverStatus&);
    int decimals = -1;
};

const std::array kReceiverRows{
    ReceiverRow{"mcast_session_receiver_progress_ratio", "ratio",
                "Part that the receiver has, 1 exactly with success.",
                [](const ReceiverStatus& r) -> Value { return r.percent / kPercent; }},
    ReceiverRow{"mcast_session_receiver_done_bytes", "bytes", "Content that the receiver has.",
                [](const ReceiverStatus& r) { return number(r.bytes_done); }},
    ReceiverRow{"mcast_session_receiver_rate_bytes_per_second", "",
                "What is delivered to the receiver.",
                [](const ReceiverStatus& r) -> Value {
                    return static_cast<double>(r.rate_bps) / kBitsPerByte;
                }},
    ReceiverRow{"mcast_session_receiver_loss_ratio", "ratio",
                "Part of the packets that the network lost on the way.",
                [](const ReceiverStatus& r) -> Value { return r.loss; }},
    ReceiverRow{"mcast_session_receiver_lag_seconds", "seconds",
                "How far the receiver is behind the sender.",
                [](const ReceiverStatus& r) -> Value { return r.lag_s; }, kMillis},
    ReceiverRow{"mcast_session_receiver_report_age_seconds", "seconds",
                "Time since the receiver was last heard.",
                [](const ReceiverStatus& r) -> Value { return r.report_age_s; }, kMillis},
};

std::string info(Sessions sessions) {
    Family family("mcast_session_info", "gauge", "", "What a session is about; always 1.");
    for (const auto& s : sessions) {
        family.add({{"session", s.session},
                    {"role", control::name_of(s.role)},
                    {"name", s.name},
                    {"group", s.group},
                    {"interface", s.interface},
                    {"peer", s.peer.value_or("")}},
                   1);
    }
    return family.text();
}

std::string states(Sessions sessions) {
    Family family("mcast_session_state", "gauge", "",
                  "State: 1 for the one that the session is in.");
    for (const auto& s : sessions) {
        for (const auto state : kNamesOf<State>) {
            family.add(
                {{"session", s.session}, {"role", control::name_of(s.role)}, {"state", state}},
                state == control::name_of(s.state) ? 1 : 0);
        }
    }
    return family.text();
}

std::string errors(Sessions sessions) {
    Family family("mcast_session_error", "gauge", "", "Error of a failed session; always 1.");
    for (const auto& s : sessions) {
        if (!s.error) continue;
        family.add({{"session", s.session},
                    {"role", control::name_of(s.role)},
                    {"error", s.error->name()}},
                   1);
    }
    return family.text();
}

std::string receiver_counts(Sessions sessions) {
    Family family("mcast_session_receivers", "gauge", "",
                  "Receivers that ever joined, by their state.");
    for (const auto& s : sessions) {
        if (s.role != Role::sender) continue;
        std::array<int, kNamesOf<State>.size()> count{};
        for (const auto& r : s.receivers) ++count.at(static_cast<std::size_t>(r.state));
        for (std::size_t i = 0; i < count.size(); ++i) {
            family.add({{"session", s.session},
                        {"role", control::name_of(s.role)},
                        {"state", kNamesOf<State>.at(i)}},
                       count.at(i));
        }
    }
    return family.text();
}

std::string of_sessions(const SessionRow& row, Sessions sessions) {
    Family family(row.name, row.type, row.unit, row.help);
    for (const auto& s : sessions) {
        const auto value = row.value(s);
        if (value) {
            family.add({{"session", s.session}, {"role", control::name_of(s.role)}}, *value,
                       row.decimals);
        }
    }
    return family.text();
}

std::string of_receivers(const ReceiverRow& row, Sessions sessions) {
    Family family(row.name, "gauge", row.unit, row.help);
    for (const auto& s : sessions) {
        for (const auto& r : s.receivers) {
            family.add({{"session", s.session}, {"receiver", r.id}, {"host", r.host}},
                       row.value(r).value_or(0), row.decimals);
        }
    }
    return family.text();
}

}  // namespace

std::string openmetrics(Sessions sessions) {
    auto text = info(sessions) + states(sessions) + errors(sessions);
    for (const auto& row : kSessionRows) text += of_sessions(row, sessions);
    text += receiver_counts(sessions);
    for (const auto& row : kReceiverRows) text += of_receivers(row, sessions);
    return text + "# EOF\n";
}

}  // namespace mcast::cli
