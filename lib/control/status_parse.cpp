// SPDX-License-Identifier: MIT
#include <limits>

#include <nlohmann/json.hpp>

#include "control/json_depth.hpp"
#include "control/json_fields.hpp"
#include "control/rfc3339.hpp"
#include "control/status_json.hpp"
#include "control/status_upgrade.hpp"

namespace mcast::control {
namespace {

constexpr std::size_t kMaxDepth = 32;

WallTime read_time(JsonFields& fields, std::string_view key) {
    const auto time = parse_rfc3339(fields.text(key));
    if (!time) fields.complain(key, "is no RFC 3339 date");
    return time.value_or(WallTime{});
}

int read_percent(JsonFields& fields) {
    const std::uint64_t percent = fields.count("percent");
    if (percent > 100) fields.complain("percent", "is above 100");
    return percent > 100 ? 0 : static_cast<int>(percent);
}

std::optional<Error> read_error(JsonFields& fields) {
    const Json* json = fields.object_or_null("error");
    if (json == nullptr) return std::nullopt;
    auto error = parse_error(*json);
    if (!error) {
        fields.complain("error", error.error().message);
        return std::nullopt;
    }
    return *std::move(error);
}

void read_kinds(JsonFields& fields, std::string_view key,
                std::map<std::string, std::uint64_t>& out) {
    const Json* kinds = fields.object(key);
    if (kinds == nullptr) return;
    for (const auto& [kind, count] : kinds->items()) {
        if (!count.is_number_unsigned())
            return fields.complain(key, "has an entry that is no number");
        out.emplace(kind, count.get<std::uint64_t>());
    }
}

// A record of an earlier version has none of them.
void read_unopened(JsonFields& fields, Stats& out) {
    if (!fields.has("unopened")) return;
    out.unopened = fields.count("unopened");
    read_kinds(fields, "unopened_kinds", out.unopened_kinds);
}

Stats read_stats(JsonFields& fields) {
    Stats stats;
    const Json* json = fields.object("stats");
    if (json == nullptr) return stats;
    JsonFields s(*json, "stats");
    stats.packets = s.count("packets");
    stats.bytes = s.count("bytes");
    stats.lost = s.count("lost");
    stats.repaired = s.count("repaired");
    stats.nacks = s.count("nacks");
    stats.dropped_by_host = s.count("dropped_by_host");
    stats.foreign = s.count("foreign");
    stats.malformed = s.count("malformed");
    stats.refused = s.count("refused");
    stats.unserved = s.count("unserved");
    read_kinds(s, "malformed_kinds", stats.malformed_kinds);
    read_unopened(s, stats);
    if (!s.complaint().empty()) fields.complain("stats:", s.complaint());
    return stats;
}

template <typename E>
std::optional<E> read_choice(JsonFields& fields, std::string_view key) {
    const auto name = fields.text_or_null(key);
    if (!name) return std::nullopt;
    const auto value = value_of<E>(*name);
    if (!value) fields.complain(key, "has an unknown value");
    return value;
}

ReceiverStatus read_receiver(JsonFields& fields) {
    ReceiverStatus r;
    r.id = fields.text("id");
    r.host = fields.text("host");
    r.address = fields.text("address");
    r.state = fields.choice<State>("state");
    r.percent = read_percent(fields);
    r.error = read_error(fields);
    r.rate_bps = fields.count("rate_bps");
    r.loss = fields.number("loss");
    r.limited_by = fields.choice<LimitedBy>("limited_by");
    r.cause = read_choice<Cause>(fields, "cause");
    r.lag_s = fields.number("lag_s");
    r.joined_s = fields.number("joined_s");
    r.report_age_s = fields.number("report_age_s");
    r.verified = fields.flag("verified");
    r.attached = fields.flag("attached");
    r.bytes_done = fields.count("bytes_done");
    return r;
}

void read_receivers(JsonFields& fields, Status& status) {
    const Json* receivers = fields.array("receivers");
    if (receivers == nullptr) return;
    for (const Json& json : *receivers) {
        JsonFields one(json, "receivers[" + std::to_string(status.receivers.size()) + "]");
        status.receivers.push_back(read_receiver(one));
        if (!one.complaint().empty()) return fields.complain("has a bad entry:", one.complaint());
    }
}

template <typename T>
std::optional<T> read_number(JsonFields& fields, std::string_view key) {
    const auto value = fields.count_or_null(key);
    if (value && *value > std::numeric_limits<T>::max()) fields.complain(key, "is too large");
    return value ? std::optional(static_cast<T>(*value)) : std::nullopt;
}

void read_missing(JsonFields& fields, Status& status) {
    const Json* names = fields.array("missing");
    if (names == nullptr) return;
    for (const Json& name : *names) {
        if (!name.is_string()) return fields.complain("missing", "has an entry that is no text");
        status.missing.push_back(name.get<std::string>());
    }
}

void read_progress(JsonFields& fields, Status& s) {
    s.state = fields.choice<State>("state");
    s.phase = fields.choice<Phase>("phase");
    s.percent = read_percent(fields);
    s.error = read_error(fields);
    s.bytes_total = fields.count_or_null("bytes_total");
    s.bytes_expected = fields.count_or_null("bytes_expected");
    s.bytes_done = fields.count("bytes_done");
    s.bytes_reached = fields.count("bytes_reached");
    s.rate_bps = fields.count("rate_bps");
    s.eta_s = fields.number_or_null("eta_s");
    s.started = read_time(fields, "started");
    if (fields.text_or_null("ended")) s.ended = read_time(fields, "ended");
    s.elapsed_s = fields.number("elapsed_s");
}

/// Checks the parts of the contract that readers rely on.
void check_rules(JsonFields& fields, const Status& s) {
    const bool final = s.state != State::in_progress;
    if (final != (s.percent == 100)) fields.complain("percent", "contradicts the state");
    if (final != (s.phase == Phase::ended)) fields.complain("phase", "contradicts the state");
    if ((s.state == State::failure) != s.error.has_value()) {
        fields.complain("error", "contradicts the state");
    }
}

enum class Extent : bool { head, all };

Result<Status> parse(const Json& json, Extent extent) {
    if (is_former(json)) return parse(upgraded(json), extent);
    JsonFields fields(json);
    if (fields.count("version") != Status::kVersion && fields.complaint().empty()) {
        return fail(ErrorCode::unsupported, "it is of another version of mcast");
    }
    Status s;
    s.session = fields.text("session");
    s.name = fields.text("name");
    s.role = fields.choice<Role>("role");
    const std::uint64_t pid = fields.count("pid");
    if (pid > INT64_MAX) fields.complain("pid", "is no process id");
    s.pid = static_cast<std::int64_t>(pid);
    read_progress(fields, s);
    s.group = fields.text("group");
    s.interface = fields.text("interface");
    s.peer = fields.text_or_null("peer");
    s.feedback_port = read_number<std::uint16_t>(fields, "feedback_port");
    s.meta = fields.text_or_null("meta");
    s.waiting_for = fields.text_or_null("waiting_for").value_or("");
    s.path = fields.text_or_null("path");
    s.digest = fields.text_or_null("digest");
    s.stats = read_stats(fields);
    if (s.role == Role::sender) {
        s.best_bytes_done = fields.count("best_bytes_done");
        s.paced_by = fields.text_or_null("paced_by");
        s.rate_mode = read_choice<RateMode>(fields, "rate_mode");
        s.rate_reason = read_choice<RateReason>(fields, "rate_reason");
        s.receivers_wanted = read_number<std::uint32_t>(fields, "receivers_wanted").value_or(0);
        s.receivers_at_start = read_number<std::uint32_t>(fields, "receivers_at_start");
        if (extent == Extent::all) read_receivers(fields, s);
        if (extent == Extent::all) read_missing(fields, s);
    }
    check_rules(fields, s);
    if (!fields.complaint().empty()) {
        return fail(ErrorCode::protocol, "bad status: " + fields.complaint());
    }
    return s;
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
    if (nested_deeper_than(text, kMaxDepth)) {
        return fail(ErrorCode::protocol, "JSON is nested too deeply");
    }
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return fail(ErrorCode::protocol, "no valid JSON");
    return json;
}

Result<Error> parse_error(const Json& json) {
    JsonFields fields(json);
    const std::uint64_t code = fields.count("code");
    const std::string name = fields.text("name");
    std::string message = fields.text("message");
    if (!fields.complaint().empty()) return fail(ErrorCode::protocol, fields.complaint());
    const ErrorInfo* row = find_error(name);
    if (row == nullptr || static_cast<std::uint64_t>(row->code) != code) {
        return Error{ErrorCode::internal, 0, name + ": " + message};
    }
    return Error{row->code, 0, std::move(message)};
}

Result<Status> parse_status(const Json& json) {
    return parse(json, Extent::all);
}

Result<Status> parse_head(const Json& json) {
    return parse(json, Extent::head);
}

Result<Event> parse_event(const Json& json) {
    JsonFields fields(json);
    Event event;
    event.kind = fields.choice<Event::Kind>("event");
    event.time = read_time(fields, "time");
    event.session = fields.text_or_null("session").value_or("");
    event.text = fields.text_or_null("text").value_or("");
    event.error = read_error(fields);
    if (const Json* row = fields.object_or_null("receiver")) {
        JsonFields one(*row, "receiver");
        event.receiver = std::make_shared<const ReceiverStatus>(read_receiver(one));
        if (!one.complaint().empty()) fields.complain("receiver", one.complaint());
    }
    const Json* status = fields.object_or_null("status");
    if (!fields.complaint().empty()) {
        return fail(ErrorCode::protocol, "bad event: " + fields.complaint());
    }
    if (status == nullptr) return event;
    auto parsed = event.kind == Event::Kind::end ? parse_status(*status) : parse_head(*status);
    if (!parsed) return std::unexpected(parsed.error());
    event.status = std::make_shared<const Status>(*std::move(parsed));
    return event;
}

}  // namespace mcast::control
