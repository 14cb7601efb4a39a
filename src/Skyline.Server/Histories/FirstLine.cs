namespace Skyline.Server.Histories;

/// <summary>As much of a reason as a notice says.</summary>
static class FirstLine
{
    const int Longest = 200;

    public static string Of(string? text)
    {
        var line = (text ?? "").Trim().Split('\n')[0].Trim();
        return line.Length > Longest ? line[..Longest] + "…" : line;
    }
}
