// SPDX-License-Identifier: MIT
#include "control/record_file.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "control/files.hpp"
#include "control/json_fields.hpp"
#include "control/local_socket.hpp"
#include "control/rpc.hpp"
#include "control/status_json.hpp"
#include "control/status_rules.hpp"

namespace mcast::control {
namespace {

void end_as_failure(Status& status, Error error) {
    status.state = State::failure;
    status.phase = Phase::ended;
    status.percent = 100;
    status.error = std::move(error);
    status.eta_s.reset();
    status.rate_bps = 0;
    status.waiting_for.clear();
    status.path.reset();
    status.digest.reset();
}

Result<Record> parse_record(const std::string& text) {
    const auto json = parse_json(text);
    if (!json) return std::unexpected(json.error());
    auto status = parse_status(*json);
    if (!status) return std::unexpected(status.error());
    Record record{*std::move(status), {}};
    const auto process = json->find("process");
    if (process == json->end()) return fail(ErrorCode::protocol, "names no process");
    JsonFields fields(*process, "process");
    record.process.pid = record.status.pid;
    record.process.start_time = fields.count("start_time");
    record.process.boot_id = fields.text("boot_id");
    if (!fields.complaint().empty()) return fail(ErrorCode::protocol, fields.complaint());
    if (const auto taken = json->find("taken"); taken != json->end()) {
        JsonFields of(*taken, "taken");
        record.taken = {NodeId{static_cast<std::uint32_t>(of.count("sender"))},
                        InstanceId{static_cast<std::uint16_t>(of.count("instance"))},
                        static_cast<std::uint32_t>(of.count("transfer")),
                        of.text("place"),
                        {}};
        if (!of.complaint().empty()) return fail(ErrorCode::protocol, of.complaint());
    }
    return record;
}

Record damaged_record(const std::string& session, const std::string& what,
                      ErrorCode code = ErrorCode::internal) {
    Record record;
    record.damaged = true;
    record.status.session = session;
    record.status.name = "?";
    end_as_failure(record.status, {code, 0, what});
    return record;
}

}  // namespace

std::string record_text(const Status& status, const ProcessIdentity& process,
                        const std::optional<Taken>& taken) {
    const Json owner{{"start_time", process.start_time}, {"boot_id", process.boot_id}};
    std::string line = with_key(status_line(status), "process", to_line(owner));
    if (!taken) return line += '\n';
    const Json what{{"sender", raw(taken->sender)},
                    {"instance", raw(taken->instance)},
                    {"transfer", taken->transfer},
                    {"place", taken->place}};
    return with_key(std::move(line), "taken", to_line(what)) += '\n';
}

Result<Record> read_record(const std::string& directory, const std::string& session) {
    const std::string path = record_path(directory, session);
    const auto text = read_file(path, rpc::kMaxReply);
    if (!text && text.error().code == ErrorCode::not_found) {
        return fail(ErrorCode::no_such_session, "there is no session " + session);
    }
    if (!text) return damaged_record(session, text.error().message);
    auto record = parse_record(*text);
    if (!record && record.error().code == ErrorCode::unsupported) {
        return damaged_record(session,
                              fmt::format("the record {} was written by another version of mcast: "
                                          "close --ended removes it",
                                          path),
                              ErrorCode::unsupported);
    }
    if (!record) {
        return damaged_record(session,
                              fmt::format("the record {}: {}", path, record.error().message));
    }
    if (record->status.session != session) {
        return damaged_record(session,
                              fmt::format("the record {} is that of another session", path));
    }
    return record;
}

Status died(const Record& record) {
    Status status = record.status;
    end_as_failure(status, {ErrorCode::process_died, 0,
                            fmt::format("process {} of session {} died without a word", status.pid,
                                        status.session)});
    return status;
}

}  // namespace mcast::control
