// SPDX-License-Identifier: MIT
#include "control/status_json.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "base/assert.hpp"
#include "control/rfc3339.hpp"
#include "control/status_names.hpp"

namespace mcast::control {
namespace {

template <typename T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

template <typename E>
Json name_or_null(const std::optional<E>& value) {
    return value ? Json(name_of(*value)) : Json(nullptr);
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

/// Rounds to the decimals of the scale; infinity, which JSON lacks, becomes 0. Numbers too large
/// for decimals stay as they are, so that rounding again changes nothing.
double rounded(double value, double scale) {
    if (!std::isfinite(value)) return 0;
    return std::abs(value) < 1e9 ? std::round(value * scale) / scale : value;
}

double seconds(double value) {
    return rounded(value, 1e3);
}

Json error_or_null(const std::optional<Error>& error) {
    return error ? to_json(*error) : Json(nullptr);
}

Json stats_json(const Stats& s) {
    return {{"packets", s.packets},
            {"bytes", s.bytes},
            {"lost", s.lost},
            {"repaired", s.repaired},
            {"nacks", s.nacks},
            {"dropped_by_host", s.dropped_by_host},
            {"foreign", s.foreign},
            {"malformed", s.malformed},
            {"refused", s.refused},
            {"unserved", s.unserved},
            {"malformed_kinds", s.malformed_kinds},
            {"unopened", s.unopened},
            {"unopened_kinds", s.unopened_kinds}};
}

Json receiver_json(const ReceiverStatus& r) {
    return {{"id", r.id},
            {"host", r.host},
            {"address", r.address},
            {"state", name_of(r.state)},
            {"percent", r.percent},
            {"error", error_or_null(r.error)},
            {"rate_bps", r.rate_bps},
            {"loss", rounded(r.loss, 1e6)},
            {"limited_by", name_of(r.limited_by)},
            {"cause", name_or_null(r.cause)},
            {"lag_s", seconds(r.lag_s)},
            {"joined_s", seconds(r.joined_s)},
            {"report_age_s", seconds(r.report_age_s)},
            {"verified", r.verified},
            {"attached", r.attached},
            {"bytes_done", r.bytes_done}};
}

/// Sums that a script would have to compute otherwise; `data_s` is the time that the rate is based
/// on.
Json summary_json(const Event& end) {
    const Status& s = *end.status;
    Json json{{"state", name_of(s.state)},
              {"bytes", s.bytes_done},
              {"elapsed_s", seconds(s.elapsed_s)},
              {"data_s", end.data_s ? Json(seconds(*end.data_s)) : Json(nullptr)},
              {"mean_bps", nullptr}};
    if (end.data_s && *end.data_s > 0) {
        json["mean_bps"] = std::llround(8 * static_cast<double>(s.bytes_done) / *end.data_s);
    }
    if (s.role != Role::sender) return json;
    const auto in = [&s](State state) {
        return std::ranges::count(s.receivers, state, &ReceiverStatus::state);
    };
    json["receivers"] = {{"joined", s.receivers.size()},
                         {"succeeded", in(State::success)},
                         {"failed", in(State::failure)}};
    return json;
}

Json offer_json(const Offer& offer) {
    return {{"version", Offer::kVersion},
            {"name", offer.name},
            {"meta", offer.meta},
            {"sender", offer.sender},
            {"host", offer.host},
            {"transfer", offer.transfer},
            {"bytes_total", or_null(offer.bytes_total)},
            {"started", offer.started},
            {"receivers", offer.receivers}};
}

/// All keys except the receivers.
Json head_json(const Status& s) {
    Json json{{"version", Status::kVersion},
              {"session", s.session},
              {"name", s.name},
              {"role", name_of(s.role)},
              {"pid", s.pid},
              {"state", name_of(s.state)},
              {"phase", name_of(s.phase)},
              {"percent", s.percent},
              {"error", error_or_null(s.error)},
              {"bytes_total", or_null(s.bytes_total)},
              {"bytes_expected", or_null(s.bytes_expected)},
              {"bytes_done", s.bytes_done},
              {"bytes_reached", s.bytes_reached},
              {"rate_bps", s.rate_bps},
              {"eta_s", s.eta_s ? Json(seconds(*s.eta_s)) : Json(nullptr)},
              {"started", to_rfc3339(s.started)},
              {"ended", s.ended ? Json(to_rfc3339(*s.ended)) : Json(nullptr)},
              {"elapsed_s", seconds(s.elapsed_s)},
              {"group", s.group},
              {"interface", s.interface},
              {"peer", or_null(s.peer)},
              {"feedback_port", or_null(s.feedback_port)},
              {"meta", or_null(s.meta)},
              {"waiting_for", text_or_null(s.waiting_for)},
              {"path", or_null(s.path)},
              {"digest", or_null(s.digest)},
              {"stats", stats_json(s.stats)}};
    if (s.role != Role::sender) return json;
    json["best_bytes_done"] = s.best_bytes_done;
    json["receivers_wanted"] = s.receivers_wanted;
    json["receivers_at_start"] = or_null(s.receivers_at_start);
    json["paced_by"] = or_null(s.paced_by);
    json["rate_mode"] = name_or_null(s.rate_mode);
    json["rate_reason"] = name_or_null(s.rate_reason);
    return json;
}

/// The line of a non-empty object, extended up to the value of one more key, which will have about
/// so many bytes.
std::string open_key(std::string object, std::string_view key, std::size_t bytes) {
    MCAST_ASSERT(object.size() > 2 && object.ends_with('}'));
    object.pop_back();
    object.reserve(object.size() + key.size() + bytes + 5);
    return std::move(object.append(",\"").append(key).append("\":"));
}

/// The line of `head` with the receivers after its keys, written row by row: twenty thousand JSON
/// values would need several times the memory of their text.
std::string with_receivers(const Json& head, const Status& s, Letters letters) {
    constexpr std::size_t kRow = 400;  // about; memory is not used before it is written
    std::string line = open_key(to_line(head, letters), "receivers", kRow * s.receivers.size());
    line += '[';
    for (const auto& receiver : s.receivers) {
        if (!line.ends_with('[')) line += ',';
        line += to_line(receiver_json(receiver), letters);
    }
    return line += "]}";
}

}  // namespace

Json to_json(const Error& error) {
    return {{"code", static_cast<unsigned>(error.code)},
            {"name", error.name()},
            {"message", error.message}};
}

std::string status_line(const Status& status, Letters letters) {
    Json json = head_json(status);
    if (status.role != Role::sender) return to_line(json, letters);
    json["missing"] = status.missing;
    return with_receivers(json, status, letters);
}

std::string receivers_line(const Status& status, Letters letters) {
    const Json head{{"version", Status::kVersion},
                    {"session", status.session},
                    {"name", status.name},
                    {"state", name_of(status.state)},
                    {"paced_by", or_null(status.paced_by)}};
    return with_receivers(head, status, letters);
}

std::string event_line(const Event& event, Letters letters) {
    const bool end = event.kind == Event::Kind::end;
    const Json head{{"version", Status::kVersion},
                    {"event", name_of(event.kind)},
                    {"time", to_rfc3339(event.time)},
                    {"session", text_or_null(event.session)},
                    {"text", text_or_null(event.text)},
                    {"receiver", event.receiver ? receiver_json(*event.receiver) : Json(nullptr)},
                    {"error", error_or_null(event.error)},
                    {"summary", end && event.status ? summary_json(event) : Json(nullptr)}};
    const auto status = [&]() -> std::string {
        if (!event.status) return "null";
        if (end) return status_line(*event.status, letters);
        return to_line(head_json(*event.status), letters);
    };
    return with_key(to_line(head, letters), "status", status());
}

Json to_json(std::span<const Offer> offers) {
    Json all = Json::array();
    for (const auto& offer : offers) all.push_back(offer_json(offer));
    return all;
}

std::string to_line(const Json& json, Letters letters) {
    return json.dump(-1, ' ', letters == Letters::ascii, Json::error_handler_t::replace);
}

std::string with_key(std::string object, std::string_view key, std::string_view value) {
    std::string line = open_key(std::move(object), key, value.size());
    return std::move(line.append(value) += '}');
}

}  // namespace mcast::control
