// SPDX-License-Identifier: MIT
#include "control/trace_json.hpp"

#include <array>
#include <cmath>
#include <iterator>
#include <type_traits>
#include <variant>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "control/status_names.hpp"

namespace mcast::control {
namespace {

/// Writes the members of one JSON object.
class Members {
  public:
    explicit Members(std::string& out) : out_(out) { out_ += '{'; }
    ~Members() { out_ += '}'; }
    Members(const Members&) = delete;
    Members& operator=(const Members&) = delete;

    template <typename T>
        requires std::is_integral_v<T>
    void add(std::string_view name, T value) {
        begin(name);
        fmt::format_to(std::back_inserter(out_), "{}", value);
    }
    void add(std::string_view name, double value) {
        begin(name);
        fmt::format_to(std::back_inserter(out_), "{:.10g}", std::isfinite(value) ? value : 0.0);
    }
    void add(std::string_view name, Duration value) { add(name, 1e3 * to_seconds(value)); }
    void add(std::string_view name, NodeId node) { add(name, std::string_view(to_hex(node))); }
    // Names and reasons may come from the network.
    void add(std::string_view name, std::string_view text) {
        begin(name);
        out_ += nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    }
    template <typename E>
        requires std::is_enum_v<E>
    void add(std::string_view name, E value) {
        add(name, name_of(value));
    }
    template <typename T>
    void add(std::string_view name, const std::optional<T>& value) {
        if (value) add(name, *value);
    }

  private:
    void begin(std::string_view name) {
        if (out_.back() != '{') out_ += ',';
        fmt::format_to(std::back_inserter(out_), "\"{}\":", name);
    }

    std::string& out_;
};

/// In the order of trace::Event.
constexpr std::array<std::string_view, std::variant_size_v<trace::Event>> kNames{
    "packets_sent", "message_heard", "packet_dropped",   "repair_requested", "epoch_judged",
    "mode_changed", "stage_reached", "receiver_changed", "offer_refused",    "chunk_verified"};

void put(Members& out, const trace::PacketsSent& e) {
    out.add("kind", e.kind);
    out.add("packets", e.packets);
    out.add("bytes", e.bytes);
    out.add("block", e.block);
    out.add("symbol", e.symbol);
}
void put(Members& out, const trace::MessageHeard& e) {
    out.add("kind", e.kind);
    out.add("node", e.node);
    out.add("bytes", e.bytes);
    out.add("block", e.block);
    out.add("symbol", e.symbol);
}
void put(Members& out, const trace::PacketDropped& e) {
    out.add("reason", e.reason);
    out.add("bytes", e.bytes);
}
void put(Members& out, const trace::RepairRequested& e) {
    out.add("node", e.node);
    out.add("ranges", e.ranges);
    out.add("block", e.block);
}
void put(Members& out, const trace::EpochJudged& e) {
    out.add("rate_bps", e.rate_bps);
    out.add("sent_bps", e.sent_bps);
    out.add("next_bps", e.next_bps);
    out.add("delivered_fraction", e.delivered_fraction);
    out.add("rtt_ms", e.rtt);
    out.add("queue_ms", e.queue);
    out.add("congested", e.congested);
    out.add("app_limited", e.app_limited);
    out.add("mode", e.mode);
    out.add("reason", e.reason);
}
void put(Members& out, const trace::ModeChanged& e) {
    out.add("old", e.from);
    out.add("new", e.to);
    out.add("reason", e.reason);
}
void put(Members& out, const trace::StageReached& e) {
    out.add("stage", e.stage);
    if (!e.reason.empty()) out.add("reason", e.reason);
}
void put(Members& out, const trace::ReceiverChanged& e) {
    out.add("node", e.node);
    out.add("change", e.change);
    if (!e.reason.empty()) out.add("reason", e.reason);
}
void put(Members& out, const trace::OfferRefused& e) {
    out.add("node", e.node);
    out.add("transfer", e.transfer);
    out.add("reason", e.reason);
}
void put(Members& out, const trace::ChunkVerified& e) {
    out.add("chunk", e.chunk);
    out.add("good", e.good);
}

constexpr char kRecord = 0x1e;  // begins each text of a sequence (RFC 7464 section 2.2)

std::string header(std::string_view vantage) {
    return fmt::format(
        R"({{"file_schema":"urn:ietf:params:qlog:file:sequential",)"
        R"("serialization_format":"application/qlog+json-seq","title":"mcast","trace":{{)"
        R"("event_schemas":["urn:mcast:qlog:events:1"],"vantage_point":{{"name":"{}","type":"{}"}},)"
        R"("common_fields":{{"time_format":"relative_to_epoch",)"
        R"("reference_time":{{"clock_type":"monotonic","epoch":"unknown"}}}}}}}})",
        vantage,
        vantage == "sender"     ? "server"
        : vantage == "receiver" ? "client"
                                : "network");
}

}  // namespace

void TraceJson::append(std::string& out, Time now, const trace::Event& event,
                       std::string_view who) {
    if (!begin_) {
        begin_ = now;
        out += kRecord;
        out += header(vantage_);
        out += '\n';
    }
    out += kRecord;
    {
        Members record(out);
        record.add("time", now - *begin_);
        if (!who.empty()) record.add("group_id", who);
        out += fmt::format(",\"name\":\"mcast:{}\",\"data\":", kNames[event.index()]);
        Members data(out);
        std::visit([&](const auto& e) { put(data, e); }, event);
    }
    out += '\n';
}

}  // namespace mcast::control
