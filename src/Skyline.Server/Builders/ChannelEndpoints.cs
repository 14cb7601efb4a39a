using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Builders;

static class ChannelEndpoints
{
    public static void MapChannels(this IEndpointRouteBuilder routes)
    {
        var channels = routes.MapGroup("/api/channels").WithTags("Builders");
        channels.MapGet("", (ChangeChannels change) => TypedResults.Ok(change.All())).Needs(Right.Read).WithSummary("All channels, their builders and targets");
        channels.MapPost("", async (NewChannel wanted, ChangeChannels change, CancellationToken ct) =>
            await change.Create(wanted, ct) is { } refusal ? refusal.AsResult() : Results.Created($"/api/channels/{wanted.Name}", new ChannelDetails(wanted.Name, [], [])))
            .Needs(Right.Administer).Produces<ChannelDetails>(201).ProducesProblem(400).ProducesProblem(409).WithSummary("Make a channel");
        channels.MapDelete("{name}", async (string name, ChangeChannels change, CancellationToken ct) => Answer(await change.Remove(name, ct)))
            .Needs(Right.Administer).Produces(204).ProducesProblem(404).ProducesProblem(409).WithSummary("Remove a channel that is no target's");
        channels.MapPost("{name}/builders/{builder}", async (string name, string builder, ChangeChannels change, CancellationToken ct) => Answer(await change.Add(name, builder, ct)))
            .Needs(Right.Administer).Produces(204).ProducesProblem(404).WithSummary("Put a builder into a channel");
        channels.MapDelete("{name}/builders/{builder}", async (string name, string builder, ChangeChannels change, CancellationToken ct) => Answer(await change.Remove(name, builder, ct)))
            .Needs(Right.Administer).Produces(204).ProducesProblem(404).WithSummary("Take a builder out of a channel");
    }

    static IResult Answer(Refusal? refusal) => refusal is null ? Results.NoContent() : refusal.AsResult();
}
