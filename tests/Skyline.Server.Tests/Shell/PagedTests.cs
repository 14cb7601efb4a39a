using System.Text.Json;

namespace Skyline.Server.Tests.Shell;

/// <summary>Lists by name, a page at a time.</summary>
public sealed class PagedTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_is_answered_a_page_at_a_time_and_leads_to_what_is_left()
    {
        await using var site = await Site.Open();
        foreach (var name in (string[])["apple", "zebra"]) await site.Admin.CreateTag(new(name, "paper-1"), Ct);
        var names = new List<string>();
        var pages = 0;

        for (var address = "api/tags?limit=2"; address is not null; pages++)
        {
            using var response = await site.Http().GetAsync(address, Ct);
            using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Ct));
            names.AddRange(json.RootElement.EnumerateArray().Select(tag => tag.GetProperty("name").GetString()!));
            address = response.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1].TrimStart('/') : null;
        }

        Assert.Equal((2, "apple paper zebra"), (pages, string.Join(' ', names)));
        Assert.Equal(400, (int)(await site.Http().GetAsync("api/builders?limit=0", Ct)).StatusCode);
    }
}
