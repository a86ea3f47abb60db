// SPDX-License-Identifier: MIT
#pragma once

// A table for a terminal of a given width. Cells may hold anything: they are made printable here.
// Columns that are empty in every row are left out. Where there is no room, flexible columns give
// way, the widest first, and their cells lose their middle; then whole columns go, those of the
// highest rank first. Not thread-safe; owns its cells.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "cli/view/paint.hpp"

namespace mcast::cli {

struct Column {
    enum class Align : bool { left, right };
    std::string header;
    Align align = Align::left;
    std::size_t narrowest = 0;  ///< of a flexible column; 0: fixed, as wide as its widest cell
    int rank = 0;               ///< the higher, the sooner it is left out; 0: never
};

struct Cell {
    std::string text;
    Colour colour = Colour::none;

    // A plain text is a cell without colour.
    Cell(std::string plain) : text(std::move(plain)) {}  // NOLINT(google-explicit-constructor)
    Cell(const char* plain) : text(plain) {}             // NOLINT(google-explicit-constructor)
    Cell(std::string coloured, Colour how) : text(std::move(coloured)), colour(how) {}
};

class Table {
  public:
    /// The notes of the rows are a last column of that name where they fit, whole, beside the
    /// others.
    explicit Table(std::vector<Column> columns, std::string note_header = "NOTE")
        : columns_(std::move(columns)), note_header_(std::move(note_header)) {}

    /// One cell a column. The note, if any, goes beside the row or on a line of its own below.
    void add(std::vector<Cell> cells, const std::string& note = {});

    /// With a line feed after each line, none longer than the paper is wide.
    [[nodiscard]] std::string render(const Paper& paper) const;

  private:
    using Widths = std::vector<std::size_t>;
    struct Row {
        std::vector<Cell> cells;
        std::string note;
    };
    [[nodiscard]] Widths natural_widths() const;
    void leave_out(Widths& widths, std::size_t room) const;
    void narrow(Widths& widths, std::size_t room) const;
    [[nodiscard]] std::size_t smallest(const Widths& widths, std::size_t column) const;
    [[nodiscard]] bool notes_fit(const Widths& widths, std::size_t room) const;
    [[nodiscard]] std::string line(const std::vector<Cell>& cells, const Widths& widths,
                                   const std::string& note, const Paper& paper) const;

    std::vector<Column> columns_;
    std::string note_header_;
    std::vector<Row> rows_;
};

}  // namespace mcast::cli
