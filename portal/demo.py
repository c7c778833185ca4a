"""Cases of the demo: every stage, near and past its deadlines, made by the same services that people use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from agencies.demo import DemoPeople, seed_agencies
from agencies.models import User
from cases.models import Case
from cases.scope import whole_record
from cases.secrets import Secret
from cases.services import acceptance, evidence, filing, notes
from cases.vocabulary import Answer, Audience, ContactChannel, DangerSign, DetailKind, EvidenceKind, Relation
from orders.decisions import MeasureChosen, OrderDecision, RejectionDecision
from orders.models import Service
from orders.services.decision import issue_order, reject_application
from orders.services.serving import acknowledge_order, record_attempt

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# With these the demo's visitor opens one case as its applicant.
DEMO_REFERENCE, DEMO_PASSPHRASE = "HALFH-XURWW-DEMWW", "blue umbrella"

FACTS = "申请人与被申请人系夫妻。被申请人多次在家中殴打、威胁申请人，派出所曾出警处置。"
REASONS = "申请人提交的陈述、出警记录和就诊记录相互印证，遭受家庭暴力的事实具有较大可能性，并面临再次遭受家庭暴力的现实危险。"


@dataclass(frozen=True, slots=True)
class Story:
    """One case of the demo: who, what happened, and how far it has come. Ages count back from now."""

    applicant: str
    respondent: str
    statement: str
    submitted: timedelta
    signs: tuple[str, ...] = ()
    relation: str = Relation.SPOUSE
    accepted: timedelta | None = None
    ending: str = ""
    decided: timedelta | None = None
    months: int = 6
    district: str = "xinjin"
    applicants_own: bool = False


STORIES = (
    Story(
        "刘芳", "孙强", "今天下午他又动手，掐我脖子，说今晚不让我好过。我带孩子躲在楼下。",
        5 * MINUTE, (DangerSign.NEXT_DAY, DangerSign.CHOKED, DangerSign.CHILD_HURT),
    ),
    Story(
        "陈秀英", "周斌", "他喝了酒就砸东西、拿菜刀吓我。昨天晚上报过警。",
        26 * MINUTE, (DangerSign.NEXT_DAY, DangerSign.WEAPON),
    ),
    Story("何丽", "郑涛", "分居以后他天天在单位门口等我，发几十条消息骂我。", 3 * HOUR, (DangerSign.SEPARATING,)),
    Story("吴梅", "钱进", "他不给生活费，还把我的身份证拿走了。", 26 * HOUR, ending="correction"),
    Story(
        "张小兰", "冯刚", "前几天他打了我的头，我去医院缝了三针。",
        70 * MINUTE, (DangerSign.WORSE,), accepted=HOUR,
    ),
    Story(
        "李红霞", "何军", "离婚以后他还到家里来闹，踹门，威胁我父母。",
        61 * HOUR, (DangerSign.KNOWS_PLACE,), relation=Relation.FORMER_SPOUSE, accepted=60 * HOUR,
    ),
    Story("赵敏", "罗平", "他经常推我、打我耳光，孩子吓得不敢睡觉。", 72 * HOUR, (), accepted=71 * HOUR),
    Story("唐琴", "许波", "上周他用皮带打我，手臂上都是伤。", 75 * HOUR, (DangerSign.WORSE,), accepted=74 * HOUR),
    Story(
        "马玉", "曹勇", "他说要杀了我再自杀，手机里有录音。",
        20 * HOUR + 30 * MINUTE, (DangerSign.NEXT_DAY, DangerSign.THREAT_TO_KILL), accepted=20 * HOUR,
    ),
    Story(
        "邓佳", "彭飞", "他跟踪我，还到我租的房子外面守着。",
        6 * HOUR, (DangerSign.SEPARATING, DangerSign.KNOWS_PLACE), accepted=5 * HOUR + 50 * MINUTE,
        ending="issued", decided=2 * HOUR,
    ),
    Story(
        "苏晴", "韩磊", "他打我已经三年了，这次把我肋骨打断了。",
        30 * HOUR, (DangerSign.WORSE,), accepted=29 * HOUR + 54 * MINUTE,
        ending="served", decided=29 * HOUR + 39 * MINUTE, applicants_own=True,
    ),
    Story(
        "朱琳", "沈东", "他不让我出门，不让我见父母，稍不顺心就打。",
        29 * DAY, accepted=28 * DAY + 20 * HOUR, ending="served", decided=28 * DAY, months=1,
    ),
    Story("潘虹", "蒋伟", "我们因为卖房子吵架，他骂得很难听。", 50 * HOUR, accepted=49 * HOUR, ending="rejected", decided=20 * HOUR),
    Story("田甜", "邻居王某", "楼上邻居总是半夜吵闹，还骂我。", 30 * HOUR, relation=Relation.OTHER, ending="not_accepted"),
    Story(
        "谢小雪", "高山", "他说再提离婚就打断我的腿。", 40 * MINUTE, (DangerSign.SEPARATING,), district="pujiang",
    ),
    Story(
        "冉静", "龚立", "他打我，还打了劝架的母亲。", 30 * HOUR, (DangerSign.WORSE,), accepted=29 * HOUR, district="pujiang",
    ),
)  # fmt: skip


def seed(now: datetime) -> DemoPeople:
    """Make bodies and people, and, where there is no case yet, the demo's cases. Repeatable."""
    people = seed_agencies(now)
    if not Case.unscoped.exists():
        for number, story in enumerate(sorted(STORIES, key=lambda story: story.submitted, reverse=True), 1):
            _Telling(people, story, number, now).tell()
    return people


class _Telling:
    """Tells one story through the services, step by step, each at its own instant."""

    def __init__(self, people: DemoPeople, story: Story, number: int, now: datetime) -> None:
        self.story = story
        self.number = number
        self.now = now
        self._users = people.users
        self.court = people.agencies[f"{story.district}.court"]

    def user(self, post: str) -> User:
        return self._users[f"{self.story.district}.{post}"]

    def tell(self) -> None:
        case = self._submit()
        ending = self.story.ending
        if ending == "correction":
            self._correct(case)
        elif ending == "not_accepted":
            acceptance.decline_acceptance(
                actor=self.user("clerk1"), case=case, reason_code="not_domestic", now=self.now - 28 * HOUR
            )
        elif self.story.accepted is not None:
            self._accept(case, self.now - self.story.accepted)
            if self.story.decided is not None:
                self._decide(case, self.now - self.story.decided)

    def _submit(self) -> UUID:
        at = self.now - self.story.submitted
        draft = filing.start_draft(now=at)
        if self.story.applicants_own:
            draft.reference = Secret.close(DEMO_REFERENCE)
            draft.save(update_fields=["reference"])
        filing.protect_draft(draft=draft, passphrase=DEMO_PASSPHRASE, now=at)
        return filing.submit(draft=draft, filing=self._filing(), now=at).case.pk

    def _filing(self) -> filing.Filing:
        story, region = self.story, self.court.region_code
        return filing.Filing(
            applicant=filing.PersonFiled(name=story.applicant, sex="female"),
            respondent=filing.PersonFiled(name=story.respondent, sex="male"),
            relation=story.relation,
            statement=story.statement,
            respondent_whereabouts="五津街道演示路2号",
            incident_kinds=["hit", "threat"],
            last_incident_words="最近三天",
            incident_region=region,
            applicant_region=region,
            danger_answers=dict.fromkeys(story.signs, Answer.YES),
            requested_measures=[{"code": code} for code in ("M1", "M2", "M4")],
            requested_months=6,
            details=[
                filing.DetailFiled(DetailKind.RESIDENCE, f"花桥街道演示小区{self.number}栋{self.number}01室"),
                filing.DetailFiled(DetailKind.PHONE, f"1380000{self.number:04d}"),
                filing.DetailFiled(
                    DetailKind.WORKPLACE, f"演示超市第{self.number}店", known_to_respondent=True
                ),
            ],
            contact=filing.ContactFiled(
                channel=ContactChannel.SMS,
                destination=f"1380000{self.number:04d}",
                hour_from=9,
                hour_until=17,
                code_word="图书馆",
            ),
        )

    def _correct(self, case: UUID) -> None:
        acceptance.request_correction(
            actor=self.user("clerk1"),
            case=case,
            points=["请说明最近一次发生的时间", "请说明您希望法院禁止他做什么"],
            days=3,
            now=self.now - 25 * HOUR,
        )

    def _accept(self, case: UUID, at: datetime) -> None:
        acceptance.accept_application(actor=self.user("clerk1"), case=case, now=at)
        evidence.add_record(
            actor=self.user("officer1"),
            case=case,
            kind=EvidenceKind.E02,
            title="出警记录",
            description="民警到场时被申请人已离开，申请人手臂有伤，现场制作了笔录。",
            incident_number=f"J{self.court.region_code}{self.number:06d}",
            now=at + 3 * MINUTE,
        )
        notes.add_note(
            actor=self.user("worker1"),
            case=case,
            text="已按安全时间电话联系本人，情绪稳定，愿意继续申请。",
            audience=Audience.ON_CASE,
            now=at + 5 * MINUTE,
        )

    def _decide(self, case: UUID, at: datetime) -> None:
        judge = Case.unscoped.get(pk=case).assigned_judge
        if judge is None:
            raise LookupError("The demo's court has no judge.")
        if self.story.ending == "rejected":
            reject_application(
                actor=judge,
                case=case,
                decision=RejectionDecision(
                    failed_conditions=["violence_or_danger"],
                    facts_found="申请人与被申请人因出售房屋发生争吵，未见殴打、威胁等行为。",
                    reasons="现有材料不能认定遭受家庭暴力或者面临家庭暴力现实危险具有较大可能性。",
                ),
                signed_at=at,
                now=at,
            )
            return
        issue_order(actor=judge, case=case, decision=self._order(), signed_at=at, now=at)
        if self.story.ending == "served":
            self._serve(case, at)

    def _order(self) -> OrderDecision:
        return OrderDecision(
            measures=[MeasureChosen("M1"), MeasureChosen("M2"), MeasureChosen("M4")],
            months=self.story.months,
            facts_found=FACTS,
            reasons=REASONS,
        )

    def _serve(self, case: UUID, at: datetime) -> None:
        with whole_record("the demo serves its own orders"):
            open_services = list(Service.objects.filter(case_id=case, state="open"))
        for place, service in enumerate(open_services, 1):
            record_attempt(
                actor=self.user("clerk1"),
                case=case,
                service_id=service.pk,
                way="in_person",
                succeeded=True,
                received_by="本人签收",
                now=at + place * HOUR,
            )
        acknowledge_order(
            actor=self.user("officer1"), case=case, officer=self.user("officer1"), now=at + 20 * MINUTE
        )
