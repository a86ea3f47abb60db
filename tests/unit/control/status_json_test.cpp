// SPDX-License-Identifier: MIT
#include "control/status_json.hpp"

#include <limits>
#include <vector>

#include <nlohmann/json.hpp>

#include "control/rfc3339.hpp"
#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::control;
using namespace mcast::control::test;

namespace {

Status full_sender() {
    Status s = a_status();
    s.phase = Phase::transferring;
    s.percent = 43;
    s.bytes_done = 430;
    s.bytes_reached = 440;
    s.best_bytes_done = 900;
    s.receivers_wanted = 3;
    s.receivers_at_start = 2;
    s.missing = {"lab-03"};
    s.rate_bps = 941000000;
    s.eta_s = 5.25;
    s.elapsed_s = 4.5;
    s.feedback_port = 7702;
    s.meta = "build 7";
    s.waiting_for = "lab-02";
    s.stats = {1, 2, 3, 4, 5, 6};
    s.stats.malformed = 3;
    s.stats.malformed_kinds = {{"bad_version", 1}, {"truncated", 2}};
    s.stats.unopened = 7;
    s.stats.unopened_kinds = {{"damaged", 3}, {"plain", 4}};
    s.rate_mode = RateMode::drain;
    s.rate_reason = RateReason::queue;
    ReceiverStatus r;
    r.id = "0a4d0002";
    r.host = "lab-02";
    r.address = "10.0.0.12";
    r.state = State::failure;
    r.verified = false;
    r.attached = false;
    r.percent = 44;
    r.error = Error{ErrorCode::no_space, 0, "/data is full"};
    r.bytes_done = 7;
    r.rate_bps = 8;
    r.loss = 0.004;
    r.limited_by = LimitedBy::disk;
    r.cause = Cause::reader;
    r.lag_s = 0.1;
    r.joined_s = 4;
    r.report_age_s = 0.2;
    s.receivers = {r};
    s.paced_by = r.id;
    return s;
}

Json parsed(const Status& status) {
    return parse_json(status_line(status)).value();
}

Json parsed(const Event& event) {
    return parse_json(event_line(event)).value();
}

std::string keys(const Json& json) {
    std::string all;
    for (const auto& [key, value] : json.items()) all += (all.empty() ? "" : " ") + key;
    return all;
}

}  // namespace

TEST_CASE("a status has the keys of the contract in its order", "[control]") {
    const std::string common =
        "version session name role pid state phase percent error bytes_total bytes_expected "
        "bytes_done "
        "bytes_reached rate_bps eta_s started ended elapsed_s group interface peer "
        "feedback_port meta waiting_for path digest stats";
    CHECK(keys(parsed(a_status("5f0c2a91", Role::receiver))) == common);
    const Json sender = parsed(full_sender());
    CHECK(keys(sender) ==
          common +
              " best_bytes_done receivers_wanted receivers_at_start paced_by rate_mode rate_reason "
              "missing receivers");
    CHECK(keys(sender["stats"]) ==
          "packets bytes lost repaired nacks dropped_by_host foreign "
          "malformed refused unserved malformed_kinds unopened unopened_kinds");
    CHECK(keys(sender["receivers"][0]) ==
          "id host address state percent error rate_bps loss limited_by cause lag_s "
          "joined_s report_age_s verified attached bytes_done");
    CHECK(keys(sender["receivers"][0]["error"]) == "code name message");
}

TEST_CASE("what is unknown is null and not left out", "[control]") {
    Status s = a_status("5f0c2a91", Role::receiver);
    s.bytes_total.reset();
    const Json json = parsed(s);
    for (const auto* key : {"bytes_total", "bytes_expected", "eta_s", "ended", "peer",
                            "feedback_port", "error", "meta", "path", "digest", "waiting_for"}) {
        INFO(key);
        CHECK(json[key].is_null());
    }
}

TEST_CASE("a status comes back from its JSON as it was", "[control]") {
    for (const auto& status :
         {full_sender(), a_status("00000000", Role::receiver), a_final_status()}) {
        CHECK(parse_status(parsed(status)).value() == status);
    }
}

TEST_CASE("each member of a status is needed, with its type", "[control]") {
    const Json good = parsed(full_sender());
    for (const auto& [key, value] : good.items()) {
        INFO(key);
        Json missing = good;
        missing.erase(key);
        CHECK_FALSE(parse_status(missing));
        Json wrong = good;
        wrong[key] = Json::array({1});
        CHECK_FALSE(parse_status(wrong));
    }
    for (const auto& [key, value] : good["receivers"][0].items()) {
        INFO("receivers[0]." << key);
        Json wrong = good;
        wrong["receivers"][0][key] = Json::object();
        CHECK_FALSE(parse_status(wrong));
    }
}

TEST_CASE("a status that breaks the contract is not believed", "[control]") {
    const Json running = parsed(a_status());
    Json json = running;
    json["percent"] = 100;
    CHECK_FALSE(parse_status(json));
    json = running;
    json["phase"] = "ended";
    CHECK_FALSE(parse_status(json));
    json = running;
    json["error"] = to_json(Error{ErrorCode::io, 0, "x"});
    CHECK_FALSE(parse_status(json));
    json = running;
    json["state"] = "paused";
    CHECK_FALSE(parse_status(json));
}

TEST_CASE("a status of another version is unsupported, unknown keys are skipped", "[control]") {
    Json json = parsed(a_status());
    json["colour"] = "blue";
    CHECK(parse_status(json));
    json["version"] = 3;
    CHECK(parse_status(json).error().code == ErrorCode::unsupported);
}

TEST_CASE("an error that this version does not know reads as internal and keeps its words",
          "[control]") {
    const auto error = parse_error({{"code", 900}, {"name", "on_fire"}, {"message", "hot"}});
    CHECK(error.value() == Error{ErrorCode::internal, 0, "on_fire: hot"});
}

TEST_CASE("an event about a receiver has that one's row, and no status", "[control]") {
    Event event;
    event.kind = Event::Kind::receiver;
    event.receiver = std::make_shared<const ReceiverStatus>(full_sender().receivers[0]);
    event.text = "lab-02 failed";
    event.time = a_status().started;
    event.session = "5f0c2a91";
    const Json json = parsed(event);
    CHECK(keys(json) == "version event time session text receiver error summary status");
    CHECK(json["time"] == "2026-11-21T10:00:00.120Z");
    CHECK(json["receiver"]["host"] == "lab-02");
    for (const auto* key : {"error", "summary", "status"}) CHECK(json[key].is_null());
    const auto back = parse_event(json).value();
    CHECK(back.kind == event.kind);
    CHECK(back.text == event.text);
    CHECK(back.time == event.time);
    CHECK(back.session == event.session);
    CHECK(*back.receiver == *event.receiver);
    CHECK_FALSE(back.status);
}

TEST_CASE("an interval has the session's numbers without its receivers, the end has all",
          "[control]") {
    Event event;
    event.kind = Event::Kind::interval;
    event.status = std::make_shared<const Status>(full_sender());
    const Json json = parsed(event);
    CHECK_FALSE(json["status"].contains("receivers"));
    CHECK(json["status"]["paced_by"] == "0a4d0002");
    CHECK(parse_event(json).value().status->receivers.empty());
    event.kind = Event::Kind::end;
    CHECK(parsed(event)["status"] == parsed(full_sender()));
    CHECK(*parse_event(parsed(event)).value().status == full_sender());
}

TEST_CASE("the end of what never became a session has its error and no status", "[control]") {
    Event end;
    end.kind = Event::Kind::end;
    end.error = Error{ErrorCode::not_found, 0, "cannot open x"};
    const Json json = parsed(end);
    CHECK(json["status"].is_null());
    CHECK(json["summary"].is_null());
    CHECK(json["session"].is_null());
    CHECK(json["error"]["name"] == "not_found");
}

TEST_CASE("the end has a summary: what arrived, how fast, at how many", "[control]") {
    Status status = full_sender();
    status.elapsed_s = 10;
    status.bytes_done = 1000;
    Event end;
    end.kind = Event::Kind::end;
    const auto summary = [&] {
        end.status = std::make_shared<const Status>(status);
        return parsed(end)["summary"];
    };
    CHECK(summary()["data_s"].is_null());
    CHECK(summary()["mean_bps"].is_null());
    end.data_s = 0.0;
    CHECK(summary()["mean_bps"].is_null());
    end.data_s = 4.0;
    CHECK(keys(summary()) == "state bytes elapsed_s data_s mean_bps receivers");
    CHECK(summary()["mean_bps"] == 2000);
    CHECK(summary()["receivers"] == Json{{"joined", 1}, {"succeeded", 0}, {"failed", 1}});
    status.role = Role::receiver;
    CHECK_FALSE(summary().contains("receivers"));
}

TEST_CASE("an offer has the keys of the contract in its order", "[control]") {
    const std::vector<Offer> offers(2);
    const Json json = to_json(offers);
    REQUIRE(json.size() == 2);
    CHECK(keys(json[0]) == "version name meta sender host transfer bytes_total started receivers");
    CHECK(json[0]["version"] == 1);
    CHECK(json[0]["bytes_total"].is_null());
}

TEST_CASE("bytes that are no UTF-8 and numbers that are none do not break the line", "[control]") {
    Status s = a_status();
    s.name = "caf\xe9\n.raw";
    s.rate_bps = 1;
    s.elapsed_s = std::numeric_limits<double>::infinity();
    const std::string line = status_line(s);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(parse_status(parse_json(line).value()).value().name == "caf\xef\xbf\xbd\n.raw");
}

TEST_CASE("JSON that is broken or nested too deeply is refused", "[control]") {
    for (const std::string text : {"", "{", "{}x", "nul", "[1,]", "\"\xff\""}) {
        CHECK_FALSE(parse_json(text));
    }
    CHECK_FALSE(parse_json(std::string(33, '[') + std::string(33, ']')));
    CHECK(parse_json(std::string(32, '[') + std::string(32, ']')));
    CHECK(parse_json("\"" + std::string(100, '[') + "\\\"[\""));
}

TEST_CASE("dates are RFC 3339 in UTC with milliseconds", "[control]") {
    const auto time = a_status().started;
    CHECK(to_rfc3339(time) == "2026-11-21T10:00:00.120Z");
    CHECK(parse_rfc3339("2026-11-21T10:00:00.120Z") == time);
    for (const auto* text :
         {"2026-11-21T10:00:00Z", "2026-02-30T10:00:00.120Z", "2026-11-21T24:00:00.120Z",
          "2026-11-21 10:00:00.120Z", "9999-11-21T10:00:00.120Z", "2026-11-21T10:00:00.12xZ", ""}) {
        CHECK_FALSE(parse_rfc3339(text));
    }
}
