using Skyline.Cli.MassRebuilds;
using Skyline.Cli.Terminal;

namespace Skyline.Cli.Tests.MassRebuilds;

/// <summary>`--by TIME`.</summary>
public sealed class DeadlineTests
{
    static readonly DateTimeOffset evening = new(2026, 12, 1, 22, 30, 0, TimeSpan.FromHours(1));

    [Theory]
    [InlineData("06:00", "2026-12-02T05:00:00Z")]
    [InlineData("6:00", "2026-12-02T05:00:00Z")]
    [InlineData("23:15", "2026-12-01T22:15:00Z")]
    [InlineData("22:30", "2026-12-02T21:30:00Z")]
    [InlineData("2026-12-05T06:00Z", "2026-12-05T06:00:00Z")]
    [InlineData("2026-12-05T06:00+02:00", "2026-12-05T04:00:00Z")]
    public void An_hour_is_the_next_one_by_this_machines_clock_and_a_date_says_its_zone(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), Deadline.Of(text, evening));

    [Theory]
    [InlineData("tomorrow")]
    [InlineData("25:00")]
    [InlineData("")]
    public void What_is_no_time_is_refused_with_what_one_looks_like(string text) => Assert.Contains("say 06:00, or 2026-12-02T06:00Z", Assert.Throws<StopException>(() => Deadline.Of(text, evening)).Message);
}
