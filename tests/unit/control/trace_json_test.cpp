// SPDX-License-Identifier: MIT
#include "control/trace_json.hpp"

#include <sstream>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::control;
using Json = nlohmann::json;

namespace {

constexpr Time kBegin = Time(std::chrono::hours(1));

// The texts of a JSON text sequence (RFC 7464).
std::vector<Json> records(const std::string& sequence) {
    std::vector<Json> found;
    std::istringstream in(sequence);
    for (std::string line; std::getline(in, line);) {
        REQUIRE(line.front() == 0x1e);
        found.push_back(Json::parse(line.substr(1)));
    }
    return found;
}

}  // namespace

TEST_CASE("a trace is a qlog header and one record for each event", "[control][trace]") {
    std::string out;
    TraceJson json("sender");
    json.append(out, kBegin, trace::PacketsSent{"data", 44, 63'000, 7, 3});
    json.append(out, kBegin + std::chrono::microseconds(1500),
                trace::ModeChanged{RateMode::startup, RateMode::steady, RateReason::loss});
    const auto all = records(out);
    REQUIRE(all.size() == 3);
    CHECK(all[0]["serialization_format"] == "application/qlog+json-seq");
    CHECK(all[0]["trace"]["vantage_point"]["name"] == "sender");
    CHECK(all[1] == Json::parse(R"({"time":0,"name":"mcast:packets_sent","data":
        {"kind":"data","packets":44,"bytes":63000,"block":7,"symbol":3}})"));
    CHECK(all[2] == Json::parse(R"({"time":1.5,"name":"mcast:mode_changed","data":
        {"old":"startup","new":"steady","reason":"loss"}})"));
}

TEST_CASE("each kind of event becomes a record with its fields", "[control][trace]") {
    const std::vector<std::pair<trace::Event, std::string>> all{
        {trace::MessageHeard{"join", NodeId{10}, 60, {}, {}},
         R"({"kind":"join","node":"0000000a","bytes":60})"},
        {trace::PacketDropped{"truncated", 3}, R"({"reason":"truncated","bytes":3})"},
        {trace::RepairRequested{NodeId{10}, 2, 5}, R"({"node":"0000000a","ranges":2,"block":5})"},
        {trace::EpochJudged{.rate_bps = 1e9,
                            .sent_bps = 9.5e8,
                            .next_bps = 9e8,
                            .delivered_fraction = 0.97,
                            .rtt = std::chrono::milliseconds(40),
                            .queue = std::chrono::microseconds(250),
                            .congested = true,
                            .mode = RateMode::steady,
                            .reason = RateReason::loss},
         R"({"rate_bps":1e9,"sent_bps":9.5e8,"next_bps":9e8,"delivered_fraction":0.97,
             "rtt_ms":40,"queue_ms":0.25,"congested":true,"app_limited":false,
             "mode":"steady","reason":"loss"})"},
        {trace::StageReached{"started", {}}, R"({"stage":"started"})"},
        {trace::ReceiverChanged{NodeId{10}, "failure", "no_space"},
         R"({"node":"0000000a","change":"failure","reason":"no_space"})"},
        {trace::OfferRefused{NodeId{10}, 77, "it exists"},
         R"({"node":"0000000a","transfer":77,"reason":"it exists"})"},
        {trace::ChunkVerified{4, false}, R"({"chunk":4,"good":false})"}};
    TraceJson json("receiver");
    for (const auto& [event, data] : all) {
        std::string out;
        json.append(out, kBegin, event);
        CHECK(records(out).back()["data"] == Json::parse(data));
    }
}

TEST_CASE("a text from the network does not break out of its record", "[control][trace]") {
    std::string out;
    TraceJson json("receiver");
    json.append(out, kBegin, trace::OfferRefused{NodeId{1}, 1, "\"},{\n\x1e\xff"});
    const auto all = records(out);
    REQUIRE(all.size() == 2);
    CHECK(all[1]["data"]["reason"].get<std::string>().starts_with("\"},{\n\x1e"));
}

TEST_CASE("several cores of one trace are told apart", "[control][trace]") {
    std::string out;
    TraceJson json("network");
    json.append(out, kBegin, trace::ChunkVerified{}, "receiver 2");
    CHECK(records(out)[1]["group_id"] == "receiver 2");
}
