"""The files that a new project starts with."""

PROJECT = """\
# 1団体の移行プロジェクト。値はすべて文字として読みます（01 は 01、no は no のまま）。
municipality: {municipality}
layout: {layout}
source: {source}

# 以下は必要になったら # を外して使います。
# profile: {profile}
# as_of: 2026-10-01          # 基準日。なければ、届いたファイルの見出しレコードの日付
# window_minutes: 480        # 本番で使える時間（分）
# count_sheet: counts.csv    # 現行システムの件数表（name,expected）。このフォルダの中に置く

# 合格の条件: 隔離してよい住民の数と、失ってよい支援措置などの数
gates:
  quarantined_resident: 0
  lost_key: 0

# 団体が了承した、外部の合計の不一致（変換の件数の不一致は、了承しても納品できません）
# waivers:
#   - {{total: counts.tables.{table}, reason: 締め後の異動3件を含む, person: 市民課 〇〇}}

# 移行してよいか（migrate gate）の条件。書いたものだけを見ます（判定と、window_minutes があれば時間は必ず見ます）。
# go:
#   findings:
#     - {{severity: error, most: 10}}
#     - {{rule: R-CODE, most: 0}}
#   quarantined: 5           # 隔離してよいレコードの数
#   frozen: yes              # 凍結した定義（migrate freeze）での実行であること
#   received: yes            # すべてのファイルに受領の記録（migrate receive）があること
#   waivers:
#     - {{gate: R-CODE, reason: 次の抽出で直る, person: 市民課 〇〇, until: 2026-10-31}}
"""

README = """\
# {name} データ移行（{system}、{source_ja}）

## 次にすること

1. 届いたファイルを `input/` に置く。
2. このフォルダで実行する。

```sh
migrate run
```

読めるかどうかだけを先に調べるとき:

```sh
migrate run --dry-run
```

結果は `out/<実行ID>/` にできます。
終了コードは 0 が合格・条件付合格、1 が不合格、2 が定義や指定の誤り、3 が受け付けられないファイルです。

## 受け取るファイル

| ファイル名 | 内容 | |
|---|---|---|
{files}

## ここで直すもの

| ファイル | 内容 |
|---|---|
| `migrate.yaml` | 団体名、基準日、合格の条件 |
| `{source_folder}/codes/*.csv` | コード変換表（現行のコード → 標準のコード） |
| `{source_folder}/gaiji.csv` | 外字（コード → Unicode の文字） |
| `cleansing_rules/*.yaml` | 整形の規則 |

これらはツール付属の定義の写しで、ここにあるものが優先されます。変えないファイルは消してかまいません（付属の定義に戻ります）。
直したら `migrate check` で検査できます（データは要りません）。

## 個人情報

`input/` と `out/` には個人情報が入ります。版管理に入れず（`.gitignore` に書いてあります）、
定められた場所の外に持ち出さないでください。
"""

IGNORED = """\
/input/
/out/
"""
